//! Text from outside made safe to read: what has no shape of its own is shown by its number, what is long is cut.
//!
//! Job names, reasons and the words of other systems pass through here before they stand in a sentence. What somebody
//! could use to make a message say one thing and mean another - control and bidirectional characters, zero-width and
//! other invisible ones, piled-up accents - is written as `\u{202e}`.

use rust_i18n::t;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The longest job name shown, in characters.
pub const NAME_CHARS: usize = 60;
/// The longest reason or quotation shown, in characters.
pub const QUOTE_CHARS: usize = 300;
/// Accents on one letter before the rest are shown by number.
const ACCENTS: usize = 3;

/// Every character visible; nothing is cut.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut accents = 0;
    for char in text.chars() {
        accents = if is_accent(char) { accents + 1 } else { 0 };
        match char {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            '\r' => shown.push_str("\\r"),
            _ if accents > ACCENTS || hides(char) => shown.extend(char.escape_unicode()),
            _ => shown.push(char),
        }
    }
    shown
}

/// Every character visible, at most `chars` of the original; what is missing is counted.
pub fn cut(text: &str, chars: usize, locale: &str) -> String {
    match text.char_indices().nth(chars) {
        None => visible(text),
        Some((end, _)) => {
            let more = text[end..].chars().count();
            let more = t!("more", locale = locale, count = more);
            format!("{} {more}", visible(&text[..end]))
        }
    }
}

/// Every character visible, at most so many columns wide; what is cut ends in `…`.
pub fn fit(text: &str, columns: usize) -> String {
    let shown = visible(text);
    if shown.width() <= columns {
        return shown;
    }
    let mut kept = String::new();
    for char in shown.chars() {
        if kept.width() + char.width().unwrap_or(0) >= columns {
            break;
        }
        kept.push(char);
    }
    kept + "…"
}

fn is_accent(char: char) -> bool {
    matches!(
        char.general_category(),
        GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
    )
}

fn hides(char: char) -> bool {
    match char.general_category() {
        GeneralCategory::Control
        | GeneralCategory::Format
        | GeneralCategory::PrivateUse
        | GeneralCategory::Surrogate
        | GeneralCategory::Unassigned
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => true,
        GeneralCategory::SpaceSeparator => !matches!(char, ' ' | '\u{3000}'),
        _ => is_blank_letter(char),
    }
}

/// Letters and marks that have no ink: Hangul fillers, the Braille blank, the grapheme joiner, variation selectors.
fn is_blank_letter(char: char) -> bool {
    matches!(
        char,
        '\u{034F}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{17B4}'
            | '\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FFA0}'
            | '\u{FFFC}'
            | '\u{E0100}'..='\u{E01EF}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_hides_is_shown_by_its_number() {
        assert_eq!(visible("or\u{202e}sred"), "or\\u{202e}sred");
        assert_eq!(visible("a\u{200b}b\u{feff}"), "a\\u{200b}b\\u{feff}");
        assert_eq!(visible("two\nlines\u{0}"), "two\\nlines\\u{0}");
        assert_eq!(visible("\u{E000}pana\u{E001}"), "\\u{e000}pana\\u{e001}");
        assert_eq!(visible("\u{3164}\u{2800}"), "\\u{3164}\\u{2800}");
    }

    #[test]
    fn ordinary_text_of_any_language_stays() {
        for text in ["Größe", "並列度 を 4 に", "заказы", "naïve ☃", "مرحبا", "क्षि"]
        {
            assert_eq!(visible(text), text);
        }
    }

    #[test]
    fn piled_up_accents_are_shown_by_number() {
        let piled = format!("a{}", "\u{0301}".repeat(50));
        assert!(visible(&piled).contains("\\u{301}"));
    }

    #[test]
    fn what_is_cut_is_counted() {
        assert_eq!(cut("abcdef", 3, "en"), "abc … 3 more");
        assert_eq!(cut("abc", 3, "en"), "abc");
    }

    #[test]
    fn what_must_fit_a_column_is_cut_by_what_a_terminal_shows() {
        assert_eq!(fit("orders", 6), "orders");
        assert_eq!(fit("orders-eu", 6), "order…");
        assert_eq!(fit("並列並列", 6), "並列…");
    }

    proptest! {
        #[test]
        fn nothing_invisible_is_left(text in any::<String>()) {
            prop_assert!(!visible(&text).chars().any(hides));
        }

        #[test]
        fn making_visible_twice_changes_nothing(text in any::<String>()) {
            let once = visible(&text);
            prop_assert_eq!(visible(&once), once);
        }
    }
}
