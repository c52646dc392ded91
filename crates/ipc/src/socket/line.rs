//! Lines with a bound: read one, write one.

use std::io;

use serde::Serialize;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// What reading a line came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line, without its line feed.
    Whole(Vec<u8>),
    /// More bytes than allowed came before a line feed.
    TooLong,
    /// The other side is gone; an unfinished line before that is dropped.
    End,
}

/// Reads up to the next line feed, at most `max` bytes.
pub(super) async fn read<R: AsyncBufRead + Unpin>(reader: &mut R, max: usize) -> io::Result<Line> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(limit).read_until(b'\n', &mut bytes).await?;
    Ok(match bytes.pop() {
        Some(b'\n') => Line::Whole(bytes),
        Some(_) if bytes.len() >= max => Line::TooLong,
        _ => Line::End,
    })
}

/// Waits until at least one byte can be read; `false` when the other side is gone.
pub(super) async fn ready<R: AsyncBufRead + Unpin>(reader: &mut R) -> io::Result<bool> {
    Ok(!reader.fill_buf().await?.is_empty())
}

/// One message as one line, at most `max` bytes without its line feed.
pub(super) fn encode(message: &impl Serialize, max: usize) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec(message)?;
    if bytes.len() > max {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("a message of more than {max} bytes")));
    }
    bytes.push(b'\n');
    Ok(bytes)
}

/// Writes a line.
pub(super) async fn write<W: AsyncWrite + Unpin>(writer: &mut W, line: &[u8]) -> io::Result<()> {
    writer.write_all(line).await?;
    writer.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_split_and_bounded() {
        let mut reader: &[u8] = b"one\n\ntwelve bytes\nrest";
        assert_eq!(read(&mut reader, 5).await.ok(), Some(Line::Whole(b"one".to_vec())));
        assert_eq!(read(&mut reader, 5).await.ok(), Some(Line::Whole(Vec::new())));
        assert_eq!(read(&mut reader, 5).await.ok(), Some(Line::TooLong));
    }

    #[tokio::test]
    async fn a_line_of_exactly_the_bound_passes_and_an_unfinished_one_is_the_end() {
        let mut reader: &[u8] = b"12345\n123";
        assert_eq!(read(&mut reader, 5).await.ok(), Some(Line::Whole(b"12345".to_vec())));
        assert_eq!(read(&mut reader, 5).await.ok(), Some(Line::End));
    }
}
