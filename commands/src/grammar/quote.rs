//! Words that need quotes, how quotes are written and read, and characters that nobody sees.

use crate::catalog::is_reserved;

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
        && !is_reserved(text)
}

/// Characters without a picture that can make a text seem other than it is: control characters, those that turn the
/// direction of writing, those of no width, and tags.
pub(super) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}
