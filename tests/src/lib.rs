//! A private desktop for tests: display, session bus, keyring, window manager, tray, notifications, browser.
//!
//! Every [`Session`] has folders, a display and a bus of its own, so nothing of the computer's own desktop is seen
//! or touched, and the app's single-instance name cannot clash. Waiting is always for a signal (a line, a name on
//! the bus, a socket, a state), with a limit; nothing sleeps for luck. Everything started is ended by its number.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! let session = journeys::Session::start("example").await?;
//! let window = journeys::Window::open(&session, &["--vault", "env"]).await?;
//! window.by_role("heading", "Compose").await?;
//! # Ok(()) }
//! ```
#![cfg(unix)]

pub mod bad_days;
mod browser;
mod bus;
pub mod canaries;
mod carrier;
pub mod clock;
mod command;
pub mod consent;
pub mod controls;
pub mod copied;
pub mod ctl;
pub mod damage;
pub mod disk;
pub mod fediverse;
pub mod folder;
pub mod gossip;
pub mod ground;
pub mod herd;
pub mod http;
pub mod judge;
pub mod keyring;
mod keys;
pub mod kills;
pub mod ledger;
pub mod logind;
pub mod memory;
pub mod network;
pub mod newcomer;
mod notification_server;
mod notifications;
pub mod pds;
pub mod plan;
pub mod planted;
pub mod power;
pub mod process;
pub mod recorder;
pub mod refresh;
pub mod replay;
pub mod results;
pub mod rotation;
pub mod rounds;
mod session;
pub mod shim;
pub mod simulated;
pub mod site;
pub mod sleep;
pub mod socket;
pub mod spoken;
pub mod stage;
pub mod stand;
pub mod steps;
pub mod syscalls;
pub mod torture;
mod tray;
pub mod trial;
mod wait;
mod window;
pub mod witness;
pub mod wordpress;

pub use browser::Browser;
pub use carrier::Carrier;
pub use command::{Running, environment, program, root};
pub use notification_server::{NotificationServer, Shown};
pub use notifications::{Notification, Notifications};
pub use session::{Session, Tray};
pub use tray::TrayMenu;
pub use wait::{LIMIT, until};
pub use window::Window;
