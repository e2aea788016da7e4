//! A card as a Slack message: rich text, a picture, buttons; and the whole of it once more as plain text.
//!
//! Limits: <https://docs.slack.dev/reference/block-kit/blocks>. A card that is longer is cut at the end of a part and says
//! how much is left out; Details shows the rest.

use slack_morphism::blocks::{
    SlackActionsBlock, SlackBlock, SlackBlockButtonElement, SlackBlockButtonStyle, SlackBlockPlainText,
    SlackBlockPlainTextOnly, SlackFileIdOrUrl, SlackImageBlock, SlackImageUrlOrFile, SlackRichTextBlock,
    SlackRichTextElement, SlackRichTextInlineElement, SlackRichTextPreformatted, SlackRichTextSection,
};
use slack_morphism::{SlackActionId, SlackFileId, SlackMessageContent};

use super::text::{Mentions, Weight, clipped, elements, escaped, length, words};
use crate::chat::card::{Button, Card, Look, Part, table_text};
use crate::wording;

/// Characters of a fixed-width part.
const CODE_CHARS: usize = 3_000;
/// Characters of all words of a message together: with more, Slack may refuse the blocks as too long.
const WORDS_CHARS: usize = 9_000;
/// Characters of the fallback: `chat.update` refuses 4,000.
const FALLBACK_CHARS: usize = 3_800;
/// Characters on a button.
const LABEL_CHARS: usize = 75;
/// Buttons of one block.
const BUTTONS: usize = 25;
/// Characters that describe a picture.
const ALT_CHARS: usize = 2_000;

/// What a card needs to become a message.
#[derive(Debug, Clone)]
pub struct Setting<'a> {
    /// Who is mentioned.
    pub mentions: Mentions<'a>,
    /// Language of what the message itself has to add.
    pub locale: &'a str,
    /// The uploaded picture.
    pub picture: Option<SlackFileId>,
}

/// The card as a message: always text and blocks, because an edit without blocks takes the blocks away.
pub fn message(card: &Card, setting: &Setting<'_>) -> SlackMessageContent {
    SlackMessageContent::new()
        .with_text(fallback(card, setting.locale))
        .with_blocks(blocks(card, setting))
}

/// Everything the card says, for notifications and screen readers.
pub fn fallback(card: &Card, locale: &str) -> String {
    let text = escaped(&card.text());
    let count = text.chars().count();
    if count <= FALLBACK_CHARS {
        return text;
    }
    let kept: String = text.chars().take(FALLBACK_CHARS).collect();
    format!("{kept}\n{}", wording::more(count - FALLBACK_CHARS, locale))
}

/// The card as blocks.
pub fn blocks(card: &Card, setting: &Setting<'_>) -> Vec<SlackBlock> {
    let mut blocks: Vec<SlackBlock> = vec![SlackRichTextBlock::new(rich(card, setting)).into()];
    blocks.extend(picture(card, setting));
    if !card.buttons.is_empty() {
        let buttons = card.buttons.iter().take(BUTTONS);
        let buttons = buttons.map(|it| button(it).into()).collect();
        blocks.push(SlackActionsBlock::new(buttons).into());
    }
    blocks
}

fn rich(card: &Card, setting: &Setting<'_>) -> Vec<SlackRichTextElement> {
    let headline = elements(&card.headline, Weight::Strong, &setting.mentions);
    let mut room = WORDS_CHARS.saturating_sub(headline.iter().map(length).sum());
    let mut rich = vec![section(headline)];
    for (index, part) in card.body.iter().enumerate() {
        let shown = part_elements(part, setting);
        let length: usize = shown.iter().map(|(_, length)| length).sum();
        if length > room {
            let more = wording::more(card.body.len() - index, setting.locale);
            rich.push(section(vec![words(&more, Weight::Light)]));
            break;
        }
        room -= length;
        rich.extend(shown.into_iter().map(|(element, _)| element));
    }
    rich
}

/// A part, each element with its length.
fn part_elements(part: &Part, setting: &Setting<'_>) -> Vec<(SlackRichTextElement, usize)> {
    let mentions = &setting.mentions;
    match part {
        Part::Line { text } => vec![line(elements(text, Weight::Plain, mentions))],
        Part::Hint { text } => vec![line(elements(text, Weight::Light, mentions))],
        Part::Fact { label, text } => {
            let mut said = vec![words(&format!("{label}: "), Weight::Strong)];
            said.extend(elements(text, Weight::Plain, mentions));
            vec![line(said)]
        }
        Part::Step { mark, text, payload } => {
            let mut said = vec![words(&format!("{mark}  "), Weight::Strong)];
            said.extend(elements(text, Weight::Plain, mentions));
            let payload = payload.iter().map(|payload| fixed(payload));
            std::iter::once(line(said)).chain(payload).collect()
        }
        Part::Bar { done, of } => vec![fixed(&crate::chat::card::bar_text(*done, *of))],
        Part::Code { text } | Part::Command { text } => vec![fixed(text)],
        Part::Table { head, rows } => vec![fixed(&table_text(head, rows))],
    }
}

fn line(elements: Vec<SlackRichTextInlineElement>) -> (SlackRichTextElement, usize) {
    let length = elements.iter().map(length).sum();
    (section(elements), length)
}

fn section(elements: Vec<SlackRichTextInlineElement>) -> SlackRichTextElement {
    SlackRichTextSection::new(elements).into()
}

/// Fixed width, as it is.
fn fixed(text: &str) -> (SlackRichTextElement, usize) {
    let text = clipped(text, CODE_CHARS);
    let length = text.chars().count();
    (SlackRichTextPreformatted::new(vec![text.into()]).into(), length)
}

fn picture(card: &Card, setting: &Setting<'_>) -> Option<SlackBlock> {
    let (file, chart) = (setting.picture.clone()?, card.chart.as_ref()?);
    let slack_file = SlackFileIdOrUrl::Id { id: file };
    let image = SlackImageBlock::new(
        SlackImageUrlOrFile::SlackFile { slack_file },
        clipped(&chart.alt, ALT_CHARS),
    );
    Some(image.into())
}

fn button(button: &Button) -> SlackBlockButtonElement {
    let shown = SlackBlockButtonElement::new(plain(&clipped(&button.label, LABEL_CHARS)))
        .with_action_id(SlackActionId(button.id.clone()))
        .with_value(button.id.clone());
    match button.look {
        Look::Primary => shown.with_style(SlackBlockButtonStyle::Primary),
        Look::Danger => shown.with_style(SlackBlockButtonStyle::Danger),
        Look::Plain => shown,
    }
}

/// Words where Slack takes no markup; `:x:` stays what it is.
pub fn plain(text: &str) -> SlackBlockPlainTextOnly {
    SlackBlockPlainText::new(text.to_owned()).with_emoji(false).into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use approvals::people::People;
    use serde_json::Value;

    use super::*;
    use crate::chat::card::{Prompt, Tone};

    fn shown(card: &Card) -> Value {
        let people = People::default();
        let setting = Setting {
            mentions: Mentions {
                people: &people,
                wake: BTreeSet::new(),
            },
            locale: "en",
            picture: None,
        };
        serde_json::to_value(message(card, &setting)).unwrap()
    }

    #[test]
    fn every_kind_of_part_has_its_look_and_stands_in_the_fallback() {
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
                asks: Some(Prompt {
                    title: String::new(),
                    label: String::new(),
                    send: String::new(),
                    cancel: String::new(),
                }),
            }]);
        insta::assert_json_snapshot!(shown(&card));
    }

    #[test]
    fn a_long_card_is_cut_at_a_part_and_says_how_much_is_left_out() {
        let card = (0..100).fold(Card::new(Tone::Plain, "many"), |card, n| {
            card.line(format!("{n} {}", "word ".repeat(40)))
        });
        let message = shown(&card);
        let rich = message["blocks"][0]["elements"].as_array().unwrap();
        let last = rich.last().unwrap()["elements"][0]["text"].as_str().unwrap();
        let left_out = 100 - (rich.len() - 2);
        assert_eq!(last, wording::more(left_out, "en"));
        let fallback = message["text"].as_str().unwrap();
        assert!(fallback.chars().count() < 4_000, "chat.update takes no more");
        assert!(fallback.ends_with("more"));
    }
}
