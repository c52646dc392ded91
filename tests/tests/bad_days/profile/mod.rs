//! The profile and the machine: opened twice, a full disk, a database that cannot be used, a keychain that does not
//! answer, a window whose process dies.

mod twice;
