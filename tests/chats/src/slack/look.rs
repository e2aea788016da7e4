//! Slack's looks: Block Kit as its clients draw it, as far as Sluice uses it.
//! <https://docs.slack.dev/reference/block-kit/blocks>

use fakes::slack::{FakeSlack, Message};
use maud::{Markup, html};
use serde_json::Value;

use crate::page::{Looks, Shown, picture};

/// The style sheet of the page.
pub const LOOKS: Looks = Looks {
    chat: "Slack",
    style: include_str!("look.css"),
};

/// A message, drawn.
pub fn shown(slack: &FakeSlack, message: &Message) -> Shown {
    let name = |id: &str| {
        slack
            .person_by_id(id)
            .map_or_else(|| id.to_owned(), |person| person.name())
    };
    Shown {
        author: if message.by_app {
            "sluice".to_owned()
        } else {
            name(&message.author)
        },
        by_app: message.by_app,
        only_for: message.only_for.as_deref().map(name),
        edited: message.edited.is_some(),
        body: html! { @for block in &message.blocks { (block_of(slack, block)) } },
    }
}

fn block_of(slack: &FakeSlack, block: &Value) -> Markup {
    match block["type"].as_str() {
        Some("rich_text") => html! { @for part in list(&block["elements"]) { (rich(slack, part)) } },
        Some("actions") => {
            html! { div.buttons { @for element in list(&block["elements"]) { (button(element)) } } }
        }
        Some("image") => image(slack, block),
        // Nothing else is sent in messages; where it is, the picture shows that it is not drawn.
        other => html! { pre { "not drawn: " (other.unwrap_or("a block without a type")) } },
    }
}

fn rich(slack: &FakeSlack, part: &Value) -> Markup {
    let words = html! { @for element in list(&part["elements"]) { (word(slack, element)) } };
    match part["type"].as_str() {
        Some("rich_text_preformatted") => html! { pre { (words) } },
        _ => html! { p { (words) } },
    }
}

fn word(slack: &FakeSlack, element: &Value) -> Markup {
    if element["type"] == "user" {
        let id = element["user_id"].as_str().unwrap_or_default();
        let name = slack
            .person_by_id(id)
            .map_or_else(|| id.to_owned(), |person| person.name());
        return html! { span.mention { "@" (name) } };
    }
    let said = if element["type"] == "date" {
        "fallback"
    } else {
        "text"
    };
    let text = element[said].as_str().unwrap_or_default();
    let style = |name: &str| element["style"][name] == true;
    html! { span.bold[style("bold")].italic[style("italic")].code[style("code")] { (text) } }
}

fn button(element: &Value) -> Markup {
    let style = element["style"].as_str().unwrap_or("plain");
    html! { span class=(format!("button {style}")) { (element["text"]["text"].as_str().unwrap_or_default()) } }
}

fn image(slack: &FakeSlack, block: &Value) -> Markup {
    let id = block["slack_file"]["id"].as_str().unwrap_or_default();
    let alt = block["alt_text"].as_str().unwrap_or_default();
    match slack.files().into_iter().find(|file| file.id == id) {
        Some(file) => picture(&file.name, alt),
        None => html! { pre { "no such file: " (id) } },
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
