//! Text as Slack's rich text, and the plain fallback beside it.
//!
//! Words go out as rich text elements and never as `mrkdwn`: a job that is called `<!channel>` or `*done*` is shown by
//! its name, because nothing in a text element is markup. Only the fallback is read as markup, so there `&`, `<` and `>`
//! are escaped. <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>

use std::collections::BTreeSet;

use approvals::people::People;
use commands::names::Person;
use slack_morphism::blocks::{
    SlackRichTextDate, SlackRichTextInlineElement, SlackRichTextStyle, SlackRichTextText, SlackRichTextUser,
};
use slack_morphism::{SlackDateTime, SlackTs, SlackUserId};

use crate::chat::card::{Span, Text};

pub use crate::chat::card::clipped;

/// Who is mentioned, so that Slack tells them, and by which id.
#[derive(Debug, Clone)]
pub struct Mentions<'a> {
    /// Everybody the config names.
    pub people: &'a People,
    /// Persons who are told even where the words only name them: those who may approve what is asked here.
    pub wake: BTreeSet<Person>,
}

impl Mentions<'_> {
    /// The Slack id of a person who is to be told; `None`: he is only named.
    fn id(&self, person: &str, ping: bool) -> Option<SlackUserId> {
        let (person, profile) = self
            .people
            .persons
            .iter()
            .find(|(key, _)| key.as_str() == person)?;
        let told = ping || self.wake.contains(person);
        profile.slack.clone().filter(|_| told).map(SlackUserId)
    }
}

/// How much weight words have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// A headline or a label.
    Strong,
    /// Ordinary words.
    Plain,
    /// A remark.
    Light,
}

/// The text as rich text elements.
pub fn elements(text: &Text, weight: Weight, mentions: &Mentions<'_>) -> Vec<SlackRichTextInlineElement> {
    text.spans()
        .iter()
        .map(|span| element(span, weight, mentions))
        .collect()
}

fn element(span: &Span, weight: Weight, mentions: &Mentions<'_>) -> SlackRichTextInlineElement {
    match span {
        Span::Plain { text } => words(text, weight),
        Span::Code { text } => code(text),
        Span::Person { person, ping } => match mentions.id(person, *ping) {
            Some(id) => SlackRichTextUser::new(id).into(),
            None => words(person, weight),
        },
        Span::Time { at, text } => time(*at, text).unwrap_or_else(|| words(text, weight)),
    }
}

/// Plain words.
pub fn words(text: &str, weight: Weight) -> SlackRichTextInlineElement {
    let words = SlackRichTextText::new(text.to_owned());
    match weight {
        Weight::Strong => words.bold(),
        Weight::Plain => words,
        Weight::Light => words.italic(),
    }
    .into()
}

/// A literal.
fn code(text: &str) -> SlackRichTextInlineElement {
    SlackRichTextText::new(text.to_owned())
        .with_style(SlackRichTextStyle::new().with_code(true))
        .into()
}

/// A time that each reader sees by his own clock, as precisely as it was written.
/// <https://docs.slack.dev/messaging/formatting-message-text#date-formatting>
fn time(at: i64, written: &str) -> Option<SlackRichTextInlineElement> {
    let seconds = at.div_euclid(1_000);
    let instant = SlackTs(seconds.to_string()).to_date_time_opt()?;
    let clock = if written.matches(':').count() > 1 {
        "{time_secs}"
    } else {
        "{time}"
    };
    let format = if written.contains('-') {
        format!("{{date_num}} {clock}")
    } else {
        clock.to_owned()
    };
    Some(
        SlackRichTextDate::new(SlackDateTime(instant), format)
            .with_fallback(written.to_owned())
            .into(),
    )
}

/// How many characters an element shows, about.
pub fn length(element: &SlackRichTextInlineElement) -> usize {
    match element {
        SlackRichTextInlineElement::Text(text) => text.text.chars().count(),
        _ => 16,
    }
}

/// Plain text where Slack reads markup: nothing in it is one.
/// <https://docs.slack.dev/messaging/formatting-message-text#escaping>
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use approvals::people::Profile;
    use commands::names::At;
    use serde_json::{Value, json};

    use super::*;
    use crate::chat::card::mark;

    fn person(key: &str) -> Person {
        Person::parse(key).unwrap()
    }

    fn shown(text: String, wake: &[&str]) -> Value {
        let ana = Profile {
            slack: Some("U01".to_owned()),
            ..Profile::default()
        };
        let people = People {
            persons: [(person("ana"), ana), (person("bo"), Profile::default())].into(),
            ..People::default()
        };
        let mentions = Mentions {
            people: &people,
            wake: wake.iter().map(|key| person(key)).collect(),
        };
        serde_json::to_value(elements(&text.into(), Weight::Plain, &mentions)).unwrap()
    }

    #[test]
    fn a_person_is_mentioned_by_id_only_where_he_is_to_be_told() {
        let told = json!([{ "type": "user", "user_id": "U01" }]);
        let named = json!([{ "type": "text", "text": "ana" }]);
        assert_eq!(shown(mark::ping(&person("ana")), &[]), told);
        assert_eq!(shown(mark::person(&person("ana")), &[]), named);
        assert_eq!(shown(mark::person(&person("ana")), &["ana"]), told);
    }

    #[test]
    fn a_person_without_an_account_here_is_named() {
        assert_eq!(
            shown(mark::ping(&person("bo")), &[]),
            json!([{ "type": "text", "text": "bo" }])
        );
    }

    #[test]
    fn foreign_text_is_never_markup() {
        for text in [
            "<!channel>",
            "<@U01>",
            "*orders*",
            "`x`",
            "<https://evil|here>",
            ":x:",
        ] {
            assert_eq!(
                shown(text.to_owned(), &["ana"]),
                json!([{ "type": "text", "text": text }])
            );
        }
        assert_eq!(
            escaped("<!channel> & <@U01>"),
            "&lt;!channel&gt; &amp; &lt;@U01&gt;"
        );
    }

    #[test]
    fn a_time_is_each_readers_own_and_as_precise_as_it_was_written() {
        let at = At(1_795_528_920_000);
        let format = |written: &str| shown(mark::time(at, written), &[])[0]["format"].clone();
        assert_eq!(format("14:32 UTC"), "{time}");
        assert_eq!(format("14:32:07 UTC"), "{time_secs}");
        assert_eq!(format("2026-11-25 14:32 UTC"), "{date_num} {time}");
        let whole = shown(mark::time(at, "14:02 UTC"), &[]);
        let expected = json!([{ "type": "date", "timestamp": 1_795_528_920, "format": "{time}", "fallback": "14:02 UTC" }]);
        assert_eq!(whole, expected);
    }
}
