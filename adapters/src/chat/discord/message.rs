//! A card as a Discord message: words, buttons, and whom it tells.
//!
//! What fits stands in the message itself, which screen readers and notifications read; more goes into an embed below it. A
//! card that is longer still is cut at the end of a part and says how much is left out; Details shows the rest.
//! Limits: <https://discord.com/developers/docs/resources/message>.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use serenity::all::{ButtonStyle, RoleId, UserId};
use serenity::builder::{CreateActionRow, CreateAllowedMentions, CreateButton, CreateEmbed};

use super::text::{Marked, Mentions, escaped, fixed, length, marked};
use crate::chat::card::{Button, Card, Look, Part, clipped, table_text};
use crate::wording;

/// Characters of the message itself, less what wakes people.
const CONTENT_CHARS: usize = 1_700;
/// Characters of the embed.
const EMBED_CHARS: usize = 3_900;
/// Characters of a fixed-width part.
const CODE_CHARS: usize = 1_200;
/// Characters on a button.
const LABEL_CHARS: usize = 80;
/// Buttons of a row, and rows.
const BUTTONS: usize = 5;
const ROWS: usize = 5;
/// How many people and roles one message can tell.
const TOLD: usize = 10;
/// The flag of a message that one person sees.
pub const EPHEMERAL: u64 = 1 << 6;

/// What a card needs to become a message.
#[derive(Debug, Clone)]
pub struct Setting<'a> {
    /// Who is mentioned.
    pub mentions: Mentions<'a>,
    /// Roles that are told besides; only such as can be mentioned.
    pub roles: Vec<String>,
    /// Language of what the message itself has to add.
    pub locale: &'a str,
}

/// The card as the body of a message: everything is always in it, so an edit leaves nothing behind, no button either.
pub fn message(card: &Card, setting: &Setting<'_>) -> Value {
    let (content, rest) = laid_out(card, setting);
    let mut users = content.users;
    let mut text = content.text;
    let unnamed: Vec<&str> = setting
        .mentions
        .woken()
        .filter(|id| !users.contains(*id))
        .collect();
    let calls: Vec<String> = unnamed
        .iter()
        .take(TOLD)
        .map(|id| format!("<@{id}>"))
        .chain(setting.roles.iter().take(TOLD).map(|id| format!("<@&{id}>")))
        .collect();
    if !calls.is_empty() {
        text.push_str(&format!("\n{}", calls.join(" ")));
    }
    users.extend(unnamed.into_iter().take(TOLD).map(str::to_owned));
    let embeds: Vec<CreateEmbed> = rest
        .into_iter()
        .map(|rest| CreateEmbed::new().description(rest))
        .collect();
    json!({
        "content": text,
        "embeds": embeds,
        "components": rows(card),
        "allowed_mentions": told(&users, &setting.roles),
    })
}

/// Nobody but those who are named here is told, whatever the words look like.
fn told(users: &BTreeSet<String>, roles: &[String]) -> CreateAllowedMentions {
    let users = users.iter().filter_map(|id| number(id)).map(UserId::new);
    let roles = roles
        .iter()
        .take(TOLD)
        .filter_map(|id| number(id))
        .map(RoleId::new);
    CreateAllowedMentions::new().users(users).roles(roles)
}

fn number(id: &str) -> Option<u64> {
    id.parse().ok().filter(|id| *id > 0)
}

/// A message of words alone, which tells nobody.
pub fn words(text: &str) -> Value {
    json!({
        "content": clipped(&escaped(text), CONTENT_CHARS),
        "allowed_mentions": CreateAllowedMentions::new(),
    })
}

/// What stands in the message itself, and in the embed below it.
fn laid_out(card: &Card, setting: &Setting<'_>) -> (Marked, Option<String>) {
    let headline = marked(&card.headline, &setting.mentions);
    let mut content = Marked {
        text: format!("**{}**", headline.text),
        users: headline.users,
    };
    let mut rest: Option<String> = None;
    for (index, part) in card.body.iter().enumerate() {
        let shown = part_text(part, setting);
        let length_of = length(&shown.text) + 1;
        match &mut rest {
            None if length(&content.text) + length_of <= CONTENT_CHARS => {
                content.text.push('\n');
                content.text.push_str(&shown.text);
                content.users.extend(shown.users);
            }
            None => rest = Some(shown.text),
            Some(rest) if length(rest) + length_of <= EMBED_CHARS => {
                rest.push('\n');
                rest.push_str(&shown.text);
            }
            Some(rest) => {
                let more = wording::more(card.body.len() - index, setting.locale);
                rest.push_str(&format!("\n-# {more}"));
                break;
            }
        }
    }
    (content, rest)
}

fn part_text(part: &Part, setting: &Setting<'_>) -> Marked {
    let with = |text: &crate::chat::card::Text| marked(text, &setting.mentions);
    let after = |before: String, said: Marked| Marked {
        text: before + &said.text,
        users: said.users,
    };
    match part {
        Part::Line { text } => with(text),
        Part::Hint { text } => {
            let said = with(text);
            Marked {
                text: format!("-# {}", said.text.replace('\n', "\n-# ")),
                users: said.users,
            }
        }
        Part::Fact { label, text } => after(format!("**{}\\:** ", escaped(label)), with(text)),
        Part::Step { mark, text, payload } => {
            let mut said = after(format!("**{}** ", escaped(mark)), with(text));
            if let Some(payload) = payload {
                said.text.push('\n');
                said.text.push_str(&block(payload));
            }
            said
        }
        Part::Bar { done, of } => Marked::plain(block(&crate::chat::card::bar_text(*done, *of))),
        Part::Code { text } | Part::Command { text } => Marked::plain(block(text)),
        Part::Table { head, rows } => Marked::plain(block(&table_text(head, rows))),
    }
}

fn block(text: &str) -> String {
    fixed(&clipped(text, CODE_CHARS))
}

fn rows(card: &Card) -> Vec<CreateActionRow> {
    let rows = card.buttons.chunks(BUTTONS).take(ROWS);
    rows.map(|row| CreateActionRow::Buttons(row.iter().map(button).collect()))
        .collect()
}

fn button(button: &Button) -> CreateButton {
    let style = match button.look {
        Look::Primary => ButtonStyle::Primary,
        Look::Danger => ButtonStyle::Danger,
        Look::Plain => ButtonStyle::Secondary,
    };
    CreateButton::new(button.id.clone())
        .label(clipped(&button.label, LABEL_CHARS))
        .style(style)
}

#[cfg(test)]
mod tests {
    use approvals::people::{People, Profile};
    use commands::names::Person;

    use super::*;
    use crate::chat::card::Tone;

    fn shown(card: &Card, wake: &[&str], roles: &[&str]) -> Value {
        let person = |key: &str| Person::parse(key).unwrap();
        let profile = |id: &str| Profile {
            discord: Some(id.to_owned()),
            ..Profile::default()
        };
        let people = People {
            persons: [(person("ana"), profile("11")), (person("bo"), profile("12"))].into(),
            ..People::default()
        };
        let setting = Setting {
            mentions: Mentions {
                people: &people,
                wake: wake.iter().map(|key| person(key)).collect(),
            },
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            locale: "en",
        };
        message(card, &setting)
    }

    #[test]
    fn every_kind_of_part_has_its_look() {
        let card = Card::new(Tone::Waiting, "#R-1 waiting")
            .line("a line")
            .fact("Why", "lag <grows>")
            .parts([
                Part::Step {
                    mark: "1".to_owned(),
                    text: "raise bounds".into(),
                    payload: Some("PUT /jobs".to_owned()),
                },
                Part::Bar { done: 1, of: 2 },
                Part::Table {
                    head: vec![String::new(), "now".to_owned()],
                    rows: vec![vec!["busy".to_owned(), "99 %".to_owned()]],
                },
            ])
            .command("/flink status")
            .hint("ask bo")
            .with_buttons(vec![Button {
                id: "deny:R-1:ab".to_owned(),
                label: "Deny...".to_owned(),
                look: Look::Danger,
                asks: None,
            }]);
        insta::assert_json_snapshot!(shown(&card, &["bo"], &["77"]));
    }

    #[test]
    fn a_job_that_is_called_everyone_tells_nobody() {
        let card = Card::new(Tone::Plain, "@everyone <@&77> <@11>");
        let message = shown(&card, &[], &[]);
        assert_eq!(
            message["allowed_mentions"],
            json!({ "parse": [], "users": [], "roles": [] })
        );
        assert_eq!(words("@everyone")["allowed_mentions"]["parse"], json!([]));
    }

    #[test]
    fn a_long_card_goes_on_below_and_says_how_much_is_left_out() {
        let card = (0..100).fold(Card::new(Tone::Plain, "many"), |card, n| {
            card.line(format!("{n} {}", "word ".repeat(40)))
        });
        let message = shown(&card, &["bo"], &[]);
        let content = message["content"].as_str().unwrap();
        let rest = message["embeds"][0]["description"].as_str().unwrap();
        assert!(length(content) <= 2_000 && length(rest) <= 4_096);
        assert!(content.ends_with("<@12>"), "who is woken is told above");
        assert!(rest.ends_with("more"));
        assert_eq!(message["allowed_mentions"]["users"], json!(["12"]));
    }

    #[test]
    fn a_card_without_buttons_takes_them_away() {
        let message = shown(&Card::new(Tone::Good, "done"), &[], &[]);
        assert_eq!(message["components"], json!([]));
    }
}
