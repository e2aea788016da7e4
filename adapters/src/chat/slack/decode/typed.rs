//! A command as a person typed it, out of the text that Slack made of it.
//!
//! Slack escapes `&`, `<` and `>`, and wraps what it takes for a link or a mention: `orders.eu` arrives as
//! `<http://orders.eu|orders.eu>`. <https://docs.slack.dev/messaging/formatting-message-text#parsing>

/// What was typed. Quotes, dashes and spaces of phones are the grammar's to understand.
pub fn typed(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside, after)) = wrapped(rest) {
        plain.push_str(before);
        plain.push_str(&shown(inside));
        rest = after;
    }
    plain.push_str(rest);
    // Entities last: what was escaped is no wrapping.
    plain
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// The command in a message that mentions us: what follows the mention.
pub fn after_mention(text: &str, us: Option<&str>) -> String {
    let mention = us.map(|us| format!("<@{us}"));
    let start = match &mention {
        Some(mention) => text.find(mention.as_str()),
        None => text.find("<@"),
    };
    let after = start
        .and_then(|start| text.get(start..)?.split_once('>'))
        .map_or(text, |(_, after)| after);
    typed(after)
        .trim_start_matches([':', ',', ' ', '\u{a0}'])
        .trim()
        .to_owned()
}

fn wrapped(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('<')?;
    let (inside, after) = rest.split_once('>')?;
    Some((before, inside, after))
}

/// What a person sees of a link or a mention.
fn shown(inside: &str) -> String {
    let (target, label) = match inside.split_once('|') {
        Some((target, label)) => (target, Some(label)),
        None => (inside, None),
    };
    let sign = match target.chars().next() {
        Some('@') => "@",
        Some('#') => "#",
        _ => "",
    };
    match label {
        Some(label) if !sign.is_empty() => format!("{sign}{}", label.trim_start_matches(sign)),
        Some(label) => label.to_owned(),
        None => target.strip_prefix("mailto:").unwrap_or(target).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_entities_become_what_was_typed() {
        for (text, expected) in [
            ("scale orders parallelism 4", "scale orders parallelism 4"),
            ("status <http://orders.eu|orders.eu>", "status orders.eu"),
            ("status <https://orders.eu>", "status https://orders.eu"),
            (
                "deny because \"lag &lt; 5 &amp; falling\"",
                "deny because \"lag < 5 & falling\"",
            ),
            (
                "because <@U01|ana> said so in <#C1|ops>",
                "because @ana said so in #ops",
            ),
            ("a &amp;lt; b", "a &lt; b"),
            ("a < b", "a < b"),
            ("<", "<"),
            ("", ""),
        ] {
            assert_eq!(typed(text), expected, "{text}");
        }
    }

    #[test]
    fn the_command_follows_our_own_mention() {
        for (text, expected) in [
            ("<@USLUICE> approve", "approve"),
            ("<@U02> look: <@USLUICE>, status orders ", "status orders"),
            ("<@USLUICE|sluice>: approve", "approve"),
            ("<@USLUICE>", ""),
        ] {
            assert_eq!(after_mention(text, Some("USLUICE")), expected, "{text}");
        }
        assert_eq!(after_mention("<@U9> help", None), "help");
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in ".*") {
            typed(&text);
            after_mention(&text, Some("U1"));
        }
    }
}
