//! The file that makes a Linux session start the program: written and read as the Desktop Entry Specification 1.5 and
//! the Autostart Specification 0.5 say. Pure.
//!
//! Library writers of this file leave the command unquoted, so that a path with a space starts something else.

use std::fmt::Write as _;

/// What the session should start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The program, by its absolute path.
    pub program: String,
    /// Its arguments.
    pub args: Vec<String>,
}

impl Command {
    /// The whole file; `None` where a path holds what no such file can say.
    pub fn entry(&self) -> Option<String> {
        let exec = self.exec()?;
        let mut text = String::from("[Desktop Entry]\nType=Application\nVersion=1.5\nName=Postroom\n");
        let _ = writeln!(text, "Comment=Publishes scheduled posts, without a window");
        let _ = writeln!(text, "Exec={exec}");
        // A session skips the entry once the program is gone.
        let _ = writeln!(text, "TryExec={}", self.program.replace('\\', "\\\\"));
        let _ = writeln!(text, "Icon=postroom\nTerminal=false\nStartupNotify=false\nX-GNOME-Autostart-enabled=true");
        Some(text)
    }

    /// Whether a session that finds this file starts exactly this command.
    pub fn is_started_by(&self, entry: &str) -> bool {
        let value = |key: &str| {
            let keys = entry.lines().skip_while(|line| line.trim() != "[Desktop Entry]").skip(1);
            let mut keys = keys.take_while(|line| !line.starts_with('['));
            keys.find_map(|line| {
                let (name, value) = line.split_once('=')?;
                (name.trim() == key).then(|| value.trim())
            })
        };
        let off = value("Hidden") == Some("true") || value("X-GNOME-Autostart-enabled") == Some("false");
        !off && self.exec().is_some_and(|exec| value("Exec") == Some(exec.as_str()))
    }

    fn exec(&self) -> Option<String> {
        // The specification forbids it, and `env` would take it for a variable.
        if self.program.contains('=') {
            return None;
        }
        // GLib looks for the program before it undoes the doubled signs, so another program has to stand first.
        let env = self.program.contains('%').then_some("/usr/bin/env");
        let words = std::iter::once(self.program.as_str()).chain(self.args.iter().map(String::as_str));
        env.into_iter().chain(words).map(quoted).collect::<Option<Vec<_>>>().map(|words| words.join(" "))
    }
}

/// A word of the key `Exec`: quoted for the command line, then escaped as a string, with `%` doubled as field codes ask.
fn quoted(word: &str) -> Option<String> {
    if word.chars().any(char::is_control) {
        return None;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@,".contains(c);
    let mut line = String::new();
    if !word.is_empty() && word.chars().all(plain) {
        line.push_str(word);
    } else {
        line.push('"');
        for c in word.chars() {
            if "\"`$\\".contains(c) {
                line.push('\\');
            }
            line.push(c);
        }
        line.push('"');
    }
    Some(line.replace('\\', "\\\\").replace('%', "%%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(program: &str) -> Command {
        Command { program: program.to_owned(), args: vec!["--hidden".to_owned()] }
    }

    fn exec(program: &str) -> String {
        let entry = command(program).entry().expect("can be said");
        entry.lines().find_map(|line| line.strip_prefix("Exec=")).expect("a command").to_owned()
    }

    #[test]
    fn every_path_is_quoted_as_it_needs() {
        assert_eq!(exec("/usr/bin/postroom"), "/usr/bin/postroom --hidden");
        assert_eq!(exec("/home/a b/Post room"), r#""/home/a b/Post room" --hidden"#);
        assert_eq!(exec("/home/100%/p"), r#"/usr/bin/env "/home/100%%/p" --hidden"#);
        assert_eq!(exec(r#"/h/$HOME/`x`/"q"/b\s/p"#), r#""/h/\\$HOME/\\`x\\`/\\"q\\"/b\\\\s/p" --hidden"#);
        assert_eq!(exec("/home/zoë/p"), r#""/home/zoë/p" --hidden"#);
        assert_eq!(command("/home/new\nline/p").entry(), None);
        assert_eq!(command("/home/a=b/p").entry(), None);
    }

    #[test]
    fn the_file_is_believed_only_where_it_starts_this_program() {
        let ours = command("/home/a b/postroom");
        let entry = ours.entry().expect("can be said");
        assert!(ours.is_started_by(&entry));
        assert!(!command("/elsewhere/postroom").is_started_by(&entry), "another copy of the program");
        assert!(!ours.is_started_by(&entry.replace("--hidden", "--practice")));
        assert!(!ours.is_started_by(&format!("{entry}Hidden=true\n")), "switched off by a desktop's own settings");
        assert!(!ours.is_started_by(&entry.replace("enabled=true", "enabled=false")));
        assert!(!ours.is_started_by(""));
        let other_group = format!("[Desktop Action x]\nExec=/bin/true\n\n{entry}");
        assert!(ours.is_started_by(&other_group));
        assert!(ours.is_started_by(&format!("{entry}\n[Desktop Action x]\nHidden=true\n")));
    }
}
