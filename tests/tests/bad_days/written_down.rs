//! The last test: tests run one after another in the order of their names, and this module's comes after all others.

use anyhow::Result;

#[test]
fn every_case_is_in_the_document_as_it_was_seen() -> Result<()> {
    journeys::bad_days::compare()
}
