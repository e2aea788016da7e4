//! Words that need quotes, and how quotes are written and read.

/// Characters that open or close a quoted text: the straight one, and those that phones and keyboards put in its place.
pub(super) const QUOTES: [char; 7] = ['"', '“', '”', '„', '‟', '«', '»'];

/// The text as one word of a command: as it is where that reads back the same, else in straight quotes.
pub fn quoted(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        in_quotes(text)
    }
}

/// The text in straight quotes; quotes and backslashes in it have a backslash before them.
pub(super) fn in_quotes(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        if QUOTES.contains(&c) || c == '\\' {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted.push('"');
    quoted
}

/// Letters and digits, and `_`, `.`, `:`, `/`, `-` inside; and no word that the catalog uses.
fn is_plain(text: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '/' | '-');
    text.starts_with(char::is_alphanumeric)
        && text.ends_with(|c: char| c.is_alphanumeric() || c == '_')
        && text.chars().all(inside)
}
