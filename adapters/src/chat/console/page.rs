//! The page itself: a few files in the program, nothing from elsewhere. Its words are put in as it is served.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::RustEmbed;

use super::front::Front;
use crate::wording::console::page_word;

/// The page, with `{{key}}` where words of `console.page` belong.
pub(crate) const TEMPLATE: &str = include_str!("page/index.html");

/// What it loads.
#[derive(RustEmbed)]
#[folder = "src/chat/console/page/"]
#[exclude = "index.html"]
pub(crate) struct Files;

/// The page, in the language that the caller's browser likes best, else in the channels'.
pub(super) async fn index(State(front): State<Front>, headers: HeaderMap) -> Html<String> {
    let locale = front.reader(&headers).locale;
    Html(filled(TEMPLATE, |key| page_word(key, &locale)))
}

/// One of its files.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match Files::get(&name) {
        Some(found) => ([(header::CONTENT_TYPE, media_type(&name))], found.data).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Puts the words for each `{{key}}` into the template, as text: they may stand between tags and in quoted attributes.
fn filled(template: &str, word: impl Fn(&str) -> String) -> String {
    let mut pieces = template.split("{{");
    let mut page = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (key, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        page.push_str(&escaped(&word(key)));
        page.push_str(rest);
    }
    page
}

fn escaped(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('"', "&quot;");
    escaped.replace('<', "&lt;").replace('>', "&gt;")
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn words_are_put_in_as_text_and_never_as_markup() {
        let page = filled(r#"<p title="{{a}}">{{b}}</p>"#, |key| format!("<{key}> \"&\""));
        let text = |key| format!("&lt;{key}&gt; &quot;&amp;&quot;");
        assert_eq!(page, format!(r#"<p title="{}">{}</p>"#, text("a"), text("b")));
    }
}
