//! Ordinary bad days, each with what the window says, what the command line prints and what is there afterwards. How to
//! add one is told in `journeys::bad_days`.

mod input;
mod instances;
mod profile;
mod time;
mod written_down;
