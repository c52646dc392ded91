//! A new migration alone must rebuild this crate: the macro that embeds them does not see new files.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
