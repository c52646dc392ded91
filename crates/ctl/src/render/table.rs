//! Aligned columns without borders.

use comfy_table::{Table, presets::NOTHING};

/// A table with a header, or `empty` where there is no row.
pub fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>, empty: &str) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_header(header.map(str::to_owned));
    table.add_rows(rows.into_iter().map(|row| row.map(|cell| one_line(&cell))));
    if table.row_iter().next().is_none() {
        return empty.to_owned();
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Longest text in a cell, in characters.
const CELL: usize = 60;

/// The first line, cut.
fn one_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= CELL && line.len() == text.len() {
        return line.to_owned();
    }
    let cut: String = line.chars().take(CELL - 1).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let rows =
            [["1".to_owned(), "日本".to_owned(), "x".to_owned()], ["22".to_owned(), "a".to_owned(), "y".to_owned()]];
        assert_eq!(table(["A", "B", "C"], rows, ""), "A   B     C\n1   日本  x\n22  a     y");
    }

    #[test]
    fn no_rows_are_a_sentence_and_cells_stay_on_their_line() {
        assert_eq!(table(["A"], [], "Nothing."), "Nothing.");
        assert_eq!(one_line("one\ntwo"), "one…");
        assert_eq!(one_line(&"x".repeat(80)).chars().count(), CELL);
    }
}
