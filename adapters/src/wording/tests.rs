//! Every notice in English, as people read it, and what holds for all of them.

mod answers;
mod escaping;
mod keys;
mod page;
mod scene;
mod threads;

use approvals::notice::Notice;

use super::{Reader, Wording};
use crate::chat::card::Card;

/// The card of a notice, for a reader in Lisbon.
fn card(notice: &Notice) -> Card {
    wording().card(notice, &Reader::new("en", Some("Europe/Lisbon")), scene::NOW)
}

fn wording() -> Wording {
    let mut wording = Wording::new("/flink");
    wording
        .flink_urls
        .insert(scene::shop(), "http://127.0.0.1:8081/".to_owned());
    wording
}

/// The whole card as text, its buttons and the picture's description.
fn shown(notice: &Notice) -> String {
    let card = card(notice);
    let mut text = card.text();
    if !card.buttons.is_empty() {
        let labels: Vec<String> = card.buttons.iter().map(|b| format!("[{}]", b.label)).collect();
        text.push_str(&format!("\n{}", labels.join(" ")));
    }
    if let Some(chart) = &card.chart {
        text.push_str(&format!("\n(picture: {})", chart.alt));
    }
    text
}

/// Several notices under their names, for one snapshot.
fn sheet<'n>(notices: impl IntoIterator<Item = (&'n str, Notice)>) -> String {
    notices
        .into_iter()
        .map(|(name, notice)| format!("== {name}\n{}\n", shown(&notice)))
        .collect::<Vec<_>>()
        .join("\n")
}
