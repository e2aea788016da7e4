//! Discord's looks: a message with its embeds, components and attachments as its clients draw them, as far as Sluice uses
//! them. <https://discord.com/developers/docs/resources/message>

use fakes::discord::{FakeDiscord, Message, Uploaded};
use maud::{Markup, html};
use serde_json::Value;

use super::markdown::drawn;
use crate::page::{Looks, Shown, picture};

/// The style sheet of the page.
pub const LOOKS: Looks = Looks {
    chat: "Discord",
    style: include_str!("look.css"),
};

/// A message, drawn.
pub fn shown(discord: &FakeDiscord, message: &Message) -> Shown {
    Shown {
        author: if message.by_app {
            "sluice".to_owned()
        } else {
            name(discord, &message.author)
        },
        by_app: message.by_app,
        only_for: message.only_for.as_deref().map(|id| name(discord, id)),
        edited: message.edited.is_some(),
        body: html! {
            (drawn(discord, &message.content))
            @for embed in &message.embeds { (embed_of(discord, embed)) }
            @for file in discord.files_of(message) { (attachment(&file)) }
            @for row in &message.components { (buttons(row)) }
        },
    }
}

/// What people call this user, or the id of nobody.
pub fn name(discord: &FakeDiscord, id: &str) -> String {
    discord
        .person_by_id(id)
        .map_or_else(|| id.to_owned(), |person| person.name())
}

/// Sluice's embeds are a description; where there is more, the picture shows that it is not drawn.
fn embed_of(discord: &FakeDiscord, embed: &Value) -> Markup {
    let has_more = ["title", "fields", "image", "footer"]
        .iter()
        .any(|field| !embed[field].is_null());
    html! {
        div.embed { (drawn(discord, embed["description"].as_str().unwrap_or_default())) }
        @if has_more { pre { "not drawn: the rest of an embed" } }
    }
}

fn attachment(file: &Uploaded) -> Markup {
    if file.name.ends_with(".png") {
        picture(&file.name, &file.alt)
    } else {
        html! { pre { "not drawn: " (file.name) } }
    }
}

fn buttons(row: &Value) -> Markup {
    let components = row["components"].as_array().map_or(&[][..], Vec::as_slice);
    html! { div.buttons { @for component in components { (button(component)) } } }
}

/// The names of the styles: <https://discord.com/developers/docs/components/reference#button-button-styles>.
fn button(component: &Value) -> Markup {
    let style = match component["style"].as_u64() {
        Some(1) => "primary",
        Some(2) => "secondary",
        Some(3) => "success",
        Some(4) => "danger",
        _ => return html! { pre { "not drawn: a component of type " (component["type"]) } },
    };
    html! { span class=(format!("button {style}")) { (component["label"].as_str().unwrap_or_default()) } }
}
