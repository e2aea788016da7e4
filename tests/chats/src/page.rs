//! A thread as a page for a browser, in the looks of its chat: for the pictures of the manual. What it shows are the
//! messages as Sluice sent them.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// One message of a page.
pub struct Shown {
    pub author: String,
    pub by_app: bool,
    /// Who alone sees it.
    pub only_for: Option<String>,
    pub edited: bool,
    pub body: Markup,
}

/// The looks of a chat: a style sheet, and its name for the page's title.
pub struct Looks {
    pub chat: &'static str,
    pub style: &'static str,
}

/// The page of a thread.
pub fn page(looks: &Looks, messages: &[Shown]) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "A thread in " (looks.chat) }
                style { (PreEscaped(looks.style)) }
            }
            body { main { @for message in messages { (article(message)) } } }
        }
    };
    page.into_string()
}

fn article(message: &Shown) -> Markup {
    let initial: String = message.author.chars().take(1).collect::<String>().to_uppercase();
    html! {
        article.private[message.only_for.is_some()] {
            span.face.app[message.by_app] aria-hidden="true" { (initial) }
            div.said {
                p.who {
                    b { (message.author) }
                    @if message.by_app { span.tag { "APP" } }
                    @if message.only_for.is_some() { span.note { "Only visible to you" } }
                }
                (message.body)
                @if message.edited { span.note { "(edited)" } }
            }
        }
    }
}

/// A picture that lies beside the page.
pub fn picture(file: &str, alt: &str) -> Markup {
    html! { img src=(file) alt=(alt); }
}
