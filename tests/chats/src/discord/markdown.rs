//! Discord's markdown as its clients draw it, as far as Sluice writes it.
//! <https://discord.com/developers/docs/reference#message-formatting>

use fakes::discord::FakeDiscord;
use jiff::Timestamp;
use maud::{Markup, html};

use super::look::name;

/// The words, drawn.
pub fn drawn(discord: &FakeDiscord, text: &str) -> Markup {
    // Sluice escapes every backtick that is not its own, so three of them are always a fence.
    let pieces = text.split("```").enumerate();
    html! {
        @for (number, piece) in pieces {
            @if number % 2 == 1 {
                pre { (piece.trim_matches('\n')) }
            } @else {
                @for line in piece.trim_matches('\n').lines() { (line_of(discord, line)) }
            }
        }
    }
}

fn line_of(discord: &FakeDiscord, line: &str) -> Markup {
    match line.strip_prefix("-# ") {
        Some(small) => html! { p.small { (words(discord, small)) } },
        None => html! { p { (words(discord, line)) } },
    }
}

fn words(discord: &FakeDiscord, mut rest: &str) -> Markup {
    let (mut bold, mut plain, mut drawn) = (false, String::new(), Vec::new());
    loop {
        let (word, after) = match next(discord, rest) {
            Some((Word::Letter(letter), after)) => {
                plain.push(letter);
                rest = after;
                continue;
            }
            Some((word, after)) => (Some(word), after),
            None => (None, rest),
        };
        let before = std::mem::take(&mut plain);
        drawn.push(html! { span.bold[bold] { (before) } });
        rest = after;
        match word {
            Some(Word::Bold) => bold = !bold,
            Some(Word::Drawn(markup)) => drawn.push(markup),
            _ => break,
        }
    }
    html! { @for markup in drawn { (markup) } }
}

/// What a line is made of.
enum Word {
    Letter(char),
    /// Bold letters begin or end.
    Bold,
    Drawn(Markup),
}

/// The first word, and what comes after it.
fn next<'t>(discord: &FakeDiscord, text: &'t str) -> Option<(Word, &'t str)> {
    if let Some(after) = text.strip_prefix("**") {
        return Some((Word::Bold, after));
    }
    let between = |opens: char, closes: char| text.strip_prefix(opens)?.split_once(closes);
    if let Some((code, after)) = between('`', '`') {
        return Some((Word::Drawn(html! { span.code { (code) } }), after));
    }
    if let Some((inside, after)) = between('<', '>')
        && let Some(reference) = reference(discord, inside)
    {
        return Some((Word::Drawn(reference), after));
    }
    let mut letters = text.strip_prefix('\\').unwrap_or(text).chars();
    Some((Word::Letter(letters.next()?), letters.as_str()))
}

/// A person, or a time, which clients show by the reader's clock: here by UTC.
fn reference(discord: &FakeDiscord, inside: &str) -> Option<Markup> {
    if let Some(id) = inside.strip_prefix('@') {
        return Some(html! { span.mention { "@" (name(discord, id)) } });
    }
    let (seconds, style) = inside.strip_prefix("t:")?.split_once(':')?;
    let shape = match style {
        "t" => "%H:%M",
        "T" => "%H:%M:%S",
        _ => "%-d %B %Y %H:%M",
    };
    let at = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    Some(html! { span.time { (at.strftime(shape)) } })
}
