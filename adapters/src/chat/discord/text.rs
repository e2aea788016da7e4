//! Text as Discord's markdown, in which nothing foreign is markup.
//!
//! <https://discord.com/developers/docs/reference#message-formatting>. A mention tells only those whom the message's
//! `allowed_mentions` name, so words that look like one tell nobody.

use std::collections::BTreeSet;

use approvals::people::People;
use commands::names::Person;

use crate::chat::card::{Span, Text};

/// Who is mentioned, so that Discord tells them, and by which id.
#[derive(Debug, Clone)]
pub struct Mentions<'a> {
    /// Everybody the config names.
    pub people: &'a People,
    /// Persons who are told even where the words only name them: those who may approve what is asked here.
    pub wake: BTreeSet<Person>,
}

impl Mentions<'_> {
    /// The Discord id of a person who is to be told; `None`: he is only named.
    fn id(&self, person: &str, ping: bool) -> Option<&str> {
        let (person, profile) = self
            .people
            .persons
            .iter()
            .find(|(key, _)| key.as_str() == person)?;
        let told = ping || self.wake.contains(person);
        profile.discord.as_deref().filter(|id| told && is_id(id))
    }

    /// The Discord ids of all who are woken.
    pub fn woken(&self) -> impl Iterator<Item = &str> {
        self.wake
            .iter()
            .filter_map(|person| self.id(person.as_str(), true))
    }
}

/// Whether a text is an id of Discord's.
pub fn is_id(text: &str) -> bool {
    text.parse::<u64>().is_ok_and(|id| id > 0)
}

/// Words with the ids of the people that they mention.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marked {
    /// The words.
    pub text: String,
    /// The people.
    pub users: BTreeSet<String>,
}

impl Marked {
    /// Words of our own making.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            users: BTreeSet::new(),
        }
    }
}

/// The text as markdown.
pub fn marked(text: &Text, mentions: &Mentions<'_>) -> Marked {
    let mut marked = Marked::default();
    for span in text.spans() {
        match span {
            Span::Plain { text } => marked.text.push_str(&escaped(text)),
            Span::Code { text } => marked.text.push_str(&code(text)),
            Span::Person { person, ping } => match mentions.id(person, *ping) {
                Some(id) => {
                    marked.text.push_str(&format!("<@{id}>"));
                    marked.users.insert(id.to_owned());
                }
                None => marked.text.push_str(&escaped(person)),
            },
            Span::Time { at, text } => marked.text.push_str(&time(*at, text)),
        }
    }
    marked
}

/// A time that each reader sees by his own clock, as precisely as it was written.
/// <https://discord.com/developers/docs/reference#message-formatting-timestamp-styles>
fn time(at: i64, written: &str) -> String {
    let style = match (written.contains('-'), written.matches(':').count() > 1) {
        (true, _) => 'f',
        (false, true) => 'T',
        (false, false) => 't',
    };
    format!("<t:{}:{style}>", at.div_euclid(1_000))
}

/// A literal. A backtick cannot be escaped in one, so a like sign stands for it.
fn code(text: &str) -> String {
    let text = text.replace('`', "ˋ").replace('\n', " ");
    format!("`{text}`")
}

/// A block of fixed width, as it is.
pub fn fixed(text: &str) -> String {
    format!("```\n{}\n```", text.replace("```", "ˋˋˋ"))
}

/// Plain text where Discord reads markdown: nothing in it is markup, a mention or a link.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut starts_line = true;
    for c in text.chars() {
        let in_line = matches!(
            c,
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '@' | '[' | ']'
        );
        let at_start = starts_line && matches!(c, '#' | '-' | '+');
        // Without its colon nothing is a link or an emoji.
        if in_line || at_start || c == ':' {
            escaped.push('\\');
        }
        escaped.push(c);
        starts_line = c == '\n' || (starts_line && c == ' ');
    }
    escaped
}

/// Length as Discord counts it at most: in units of UTF-16.
pub fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use approvals::people::Profile;
    use commands::names::At;

    use super::*;
    use crate::chat::card::mark;

    fn person(key: &str) -> Person {
        Person::parse(key).unwrap()
    }

    fn shown(text: String, wake: &[&str]) -> Marked {
        let with = |id: &str| Profile {
            discord: Some(id.to_owned()),
            ..Profile::default()
        };
        let people = People {
            persons: [
                (person("ana"), with("11")),
                (person("bo"), Profile::default()),
                (person("eve"), with("&22")),
            ]
            .into(),
            ..People::default()
        };
        let mentions = Mentions {
            people: &people,
            wake: wake.iter().map(|key| person(key)).collect(),
        };
        marked(&text.into(), &mentions)
    }

    #[test]
    fn a_person_is_mentioned_by_id_only_where_he_is_to_be_told() {
        let told = Marked {
            text: "<@11>".to_owned(),
            users: ["11".to_owned()].into(),
        };
        assert_eq!(shown(mark::ping(&person("ana")), &[]), told);
        assert_eq!(shown(mark::person(&person("ana")), &["ana"]), told);
        assert_eq!(shown(mark::person(&person("ana")), &[]), Marked::plain("ana"));
        assert_eq!(shown(mark::ping(&person("bo")), &[]), Marked::plain("bo"));
        assert_eq!(shown(mark::ping(&person("eve")), &[]), Marked::plain("eve"));
    }

    #[test]
    fn foreign_words_are_no_markup_and_mention_nobody() {
        for (text, expected) in [
            ("@everyone", "\\@everyone"),
            ("<@11> **x** `y`", "\\<\\@11\\> \\*\\*x\\*\\* \\`y\\`"),
            ("# big\n- list", "\\# big\n\\- list"),
            ("||x|| [a](https://b)", "\\|\\|x\\|\\| \\[a\\](https\\://b)"),
            ("a-b #1", "a-b #1"),
        ] {
            assert_eq!(escaped(text), expected);
        }
        assert_eq!(fixed("a```b"), "```\naˋˋˋb\n```");
        assert_eq!(code("a`b"), "`aˋb`");
    }

    #[test]
    fn each_reader_sees_a_time_by_his_own_clock() {
        let time = |written| shown(mark::time(At(1_700_000_000_000), written), &[]).text;
        assert_eq!(time("14:32"), "<t:1700000000:t>");
        assert_eq!(time("14:32:07"), "<t:1700000000:T>");
        assert_eq!(time("2026-11-25 14:32"), "<t:1700000000:f>");
    }
}
