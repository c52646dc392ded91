//! Writes the generated TypeScript to the path given, or to standard output.

fn main() -> std::io::Result<()> {
    let text = ipc::typescript::generate();
    match std::env::args_os().nth(1) {
        Some(path) => std::fs::write(path, text),
        None => std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes()),
    }
}
