//! A card as plain text: for notifications, terminals, screen readers and scripts.

use unicode_width::UnicodeWidthStr;

use super::{CODE_COLUMNS, Card, Part};

/// How many characters a bar has.
const BAR_COLUMNS: u16 = 10;

impl Card {
    /// Everything the card says, one part a line, without any markup.
    pub fn text(&self) -> String {
        let mut lines = vec![self.headline.plain()];
        lines.extend(self.body.iter().map(part_text));
        lines.join("\n")
    }
}

fn part_text(part: &Part) -> String {
    match part {
        Part::Line { text } | Part::Hint { text } => text.plain(),
        Part::Fact { label, text } => format!("{label}: {}", text.plain()),
        Part::Step { mark, text, payload } => step_text(mark, &text.plain(), payload.as_deref()),
        Part::Bar { done, of } => bar_text(*done, *of),
        Part::Code { text } => indent(text),
        Part::Table { head, rows } => indent(&table_text(head, rows)),
        Part::Command { text } => indent(text),
    }
}

fn step_text(mark: &str, text: &str, payload: Option<&str>) -> String {
    match payload {
        Some(payload) => format!("{mark}  {text}\n{}", indent(payload)),
        None => format!("{mark}  {text}"),
    }
}

/// `########--`
pub fn bar_text(done: u16, of: u16) -> String {
    let full = (u32::from(done.min(of)) * u32::from(BAR_COLUMNS) / u32::from(of.max(1))) as u16;
    format!(
        "{}{}",
        "#".repeat(usize::from(full)),
        "-".repeat(usize::from(BAR_COLUMNS - full))
    )
}

fn indent(text: &str) -> String {
    text.lines()
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Rows with aligned columns: the first to the left, the others to the right. Two spaces stand between them, or one where
/// two would be too wide for a phone.
pub fn table_text(head: &[String], rows: &[Vec<String>]) -> String {
    let all = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            all()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let wide = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1) > CODE_COLUMNS;
    let gap = if wide { " " } else { "  " };
    all()
        .map(|row| row_text(row, &widths, gap))
        .collect::<Vec<_>>()
        .join("\n")
}

fn row_text(row: &[String], widths: &[usize], between: &str) -> String {
    let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
        let gap = " ".repeat(width.saturating_sub(cell.width()));
        if column == 0 {
            format!("{cell}{gap}")
        } else {
            format!("{gap}{cell}")
        }
    });
    cells.collect::<Vec<_>>().join(between).trim_end().to_owned()
}

/// The first characters of a text, with an ellipsis in place of the last where some are left out.
pub fn clipped(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_ten_characters_wide_whatever_is_counted() {
        assert_eq!(bar_text(0, 3), "----------");
        assert_eq!(bar_text(2, 3), "######----");
        assert_eq!(bar_text(3, 3), "##########");
        assert_eq!(bar_text(9, 3), "##########");
        assert_eq!(bar_text(0, 0), "----------");
    }

    #[test]
    fn columns_align_by_what_a_terminal_shows() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let text = table_text(&row(["", "now"]), &[row(["並列", "4"]), row(["slots", "12"])]);
        assert_eq!(text, "       now\n並列     4\nslots   12");
    }
}
