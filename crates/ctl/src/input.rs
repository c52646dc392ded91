//! Texts from files and standard input, with a bound.

use std::{fs::File, io::Read, path::Path};

use crate::trouble::Trouble;

/// A text file, `-` for standard input, at most `max` bytes; without the line feed editors put at its end.
pub fn read_text(file: &Path, max: usize) -> Result<String, Trouble> {
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(2);
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().take(limit).read_to_string(&mut text)
    } else {
        File::open(file).and_then(|open| open.take(limit).read_to_string(&mut text))
    };
    let shown = file.display();
    read.map_err(|error| Trouble::usage(format!("{shown} cannot be read: {error}."), "Name a file with UTF-8 text."))?;
    let kept = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    if kept.len() > max {
        return Err(Trouble::usage(format!("{shown} has more than {max} bytes."), "Use a shorter text."));
    }
    Ok(kept.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_feed_at_the_end_is_not_part_of_the_text() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("text");
        for (written, read) in [("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a", "a"), ("", "")] {
            std::fs::write(&file, written).unwrap();
            assert_eq!(read_text(&file, 10).as_deref(), Ok(read), "{written:?}");
        }
    }

    #[test]
    fn too_long_missing_and_undecodable_texts_are_wrong_usage() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("text");
        std::fs::write(&file, "12345\n").unwrap();
        assert!(read_text(&file, 5).is_ok());
        assert!(read_text(&file, 4).unwrap_err().failure.message.ends_with("more than 4 bytes."));
        std::fs::write(&file, b"\xff").unwrap();
        assert_eq!(read_text(&file, 4).unwrap_err().exit as u8, 2);
        assert_eq!(read_text(&dir.path().join("none"), 4).unwrap_err().exit as u8, 2);
    }
}
