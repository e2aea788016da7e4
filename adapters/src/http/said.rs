//! Words of an outside system, made fit to be quoted: on one line, without secrets or tricks of direction, and short.

/// The longest quotation, in characters.
pub const LONGEST: usize = 300;

/// Names whose values are not quoted.
const SECRET: [&str; 9] = [
    "password",
    "passwd",
    "secret",
    "token",
    "apikey",
    "api-key",
    "api_key",
    "credential",
    "authorization",
];

/// One line of at most [`LONGEST`] characters, secrets struck out.
pub fn scrubbed(text: &str) -> String {
    // Enough to fill the line whatever is struck out; an answer may be megabytes long.
    let head: String = text
        .chars()
        .take(16 * LONGEST)
        .map(|c| if is_quotable(c) { c } else { ' ' })
        .collect();
    let mut words = Vec::new();
    let mut secret = false;
    for word in head.split_whitespace() {
        let (shown, next_is_secret) = match secret {
            true if is_scheme(word) => (word.to_owned(), true),
            true => ("***".to_owned(), false),
            false => strike(word),
        };
        secret = next_is_secret;
        words.push(shown);
    }
    cut(&words.join(" "))
}

/// The text, cut with an ellipsis to at most [`LONGEST`] characters.
pub fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

/// Neither a control character nor one that changes the direction of what follows, or hides.
fn is_quotable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{061c}' | '\u{feff}')
}

fn is_scheme(word: &str) -> bool {
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

/// A word without the secret in it, and whether the next word is one.
fn strike(word: &str) -> (String, bool) {
    let lower = word.to_ascii_lowercase();
    let named = SECRET
        .iter()
        .filter_map(|name| Some(lower.find(name)? + name.len()))
        .min();
    if let Some(end) = named
        && let Some(sign) = word.get(end..).and_then(|rest| rest.find(['=', ':']))
    {
        let value = end + sign + 1;
        let is_last = value == word.len();
        let shown = if is_last {
            word.to_owned()
        } else {
            format!("{}***", &word[..value])
        };
        return (shown, is_last);
    }
    (without_userinfo(word), is_scheme(word))
}

/// `https://***@host` for `https://user:secret@host`.
fn without_userinfo(word: &str) -> String {
    let Some((before, rest)) = word.split_once("://") else {
        return word.to_owned();
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    match authority.rfind('@') {
        Some(at) => format!("{before}://***{}", &rest[at..]),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_struck_out_in_the_shapes_they_come_in() {
        for (raw, shown) in [
            (
                "key s3.secret-key=abc123 is wrong",
                "key s3.secret-key=*** is wrong",
            ),
            ("fs.token: abc123 rest", "fs.token: *** rest"),
            (
                "Authorization: Bearer abc123 rest",
                "Authorization: Bearer *** rest",
            ),
            ("sent Bearer abc123", "sent Bearer ***"),
            (r#"{"password":"abc123"}"#, r#"{"password":***"#),
            (
                "at https://ana:abc123@flink:8081/jobs?x=1",
                "at https://***@flink:8081/jobs?x=1",
            ),
            ("no token here", "no token here"),
            ("a mail to a@b.org", "a mail to a@b.org"),
        ] {
            assert_eq!(scrubbed(raw), shown);
        }
    }

    #[test]
    fn a_quotation_is_one_short_line_without_tricks() {
        assert_eq!(scrubbed("one\n\ttwo\u{202e}three\u{0}"), "one two three");
        let long = scrubbed(&"word ".repeat(100_000));
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with('…'));
    }

    proptest::proptest! {
        #[test]
        fn any_text_becomes_a_line(text in ".*") {
            let line = scrubbed(&text);
            proptest::prop_assert!(line.chars().count() <= LONGEST);
            proptest::prop_assert!(line.chars().all(is_quotable));
        }
    }
}
