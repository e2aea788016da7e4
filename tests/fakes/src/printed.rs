//! Conversations as people see them on a phone: names in a column, lines no wider than the screen.

/// Characters in a line beside the name: code in our messages stays under forty columns.
pub(crate) const WIDTH: usize = 48;
/// Names stand in a column of their own.
const NAMES: usize = 8;

/// Lines with their author's name before the first.
pub(crate) fn beside(author: &str, lines: &[String]) -> String {
    let names = std::iter::once(author).chain(std::iter::repeat(""));
    let printed = lines
        .iter()
        .zip(names)
        .map(|(line, name)| format!("{name:NAMES$}{line}"));
    printed.map(|line| format!("{}\n", line.trim_end())).collect()
}

/// One step to the right.
pub(crate) fn indented(lines: &str) -> String {
    lines.lines().map(|line| format!("  {line}\n")).collect()
}

/// Lines no wider than a phone's, broken at spaces; what has none stays whole.
pub(crate) fn wrapped(line: &str) -> Vec<String> {
    let indent: String = line.chars().take_while(|letter| *letter == ' ').collect();
    let mut lines = vec![indent.clone()];
    for word in line.split_whitespace() {
        let last = lines.last_mut().expect("there is always one");
        if last.trim().is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= WIDTH {
            last.push_str(&spaces_before(line, last, word));
            last.push_str(word);
        } else {
            lines.push(format!("{indent}{word}"));
        }
    }
    lines
}

/// Columns are made of spaces: where the line fits as it is, they stay as they are.
fn spaces_before(line: &str, so_far: &str, word: &str) -> String {
    let stays = line.chars().count() <= WIDTH;
    let rest = stays.then(|| line.strip_prefix(so_far)).flatten();
    let spaces = rest.and_then(|rest| rest.find(word));
    " ".repeat(spaces.unwrap_or(1))
}
