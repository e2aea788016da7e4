//! What completes a command while it is typed, from what is known here: no Flink and no chat is asked.
//!
//! Discord takes whatever is typed in the end, offered or not: the grammar reads it like any other text.

use commands::catalog::Kind;
use commands::grammar::{self, Vocabulary};
use serenity::builder::{CreateAutocompleteResponse, CreateInteractionResponse};

use super::catalog::{self, COMMAND, ENTRIES, FREE};
use super::decode::Typed;

/// Characters of an offer.
const OFFER_CHARS: usize = 100;

/// The answer to a command that is still being typed.
pub fn answer(typed: &Typed, vocabulary: &Vocabulary) -> CreateInteractionResponse {
    let offers = offers(typed, vocabulary)
        .into_iter()
        .filter(|offer| offer.chars().count() <= OFFER_CHARS)
        .take(ENTRIES);
    CreateInteractionResponse::Autocomplete(
        offers.fold(CreateAutocompleteResponse::new(), |answer, offer| {
            answer.add_string_choice(offer.clone(), offer)
        }),
    )
}

fn offers(typed: &Typed, vocabulary: &Vocabulary) -> Vec<String> {
    let Some(focused) = typed.focused.as_deref() else {
        return Vec::new();
    };
    let so_far = typed.value(focused).unwrap_or_default();
    if typed.path == [FREE] && focused == COMMAND {
        return of_text(so_far, vocabulary);
    }
    let kind = catalog::row_of(&typed.path).and_then(|row| catalog::kind_of(row, focused));
    let names: Vec<&String> = match kind {
        Some(Kind::Job) => vocabulary.jobs.iter().collect(),
        Some(Kind::Cluster | Kind::Environment) => vocabulary.environments.iter().collect(),
        Some(Kind::Target) => vocabulary.jobs.iter().chain(&vocabulary.environments).collect(),
        Some(Kind::Request) => vocabulary.requests.iter().collect(),
        _ => Vec::new(),
    };
    let so_far = so_far.trim().to_lowercase();
    let fits = |name: &&&String| name.to_lowercase().contains(&so_far);
    names.iter().filter(fits).map(|name| (*name).clone()).collect()
}

/// Whole commands: what is there, and each way to go on.
fn of_text(so_far: &str, vocabulary: &Vocabulary) -> Vec<String> {
    let completions = grammar::complete(so_far, usize::MAX, vocabulary);
    completions
        .into_iter()
        .map(|completion| {
            let kept: String = so_far.chars().take(completion.from).collect();
            kept + &completion.text
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(path: &[&str], focused: &str, so_far: &str) -> Vec<String> {
        let typed = Typed {
            path: path.iter().map(|name| (*name).to_owned()).collect(),
            options: vec![(focused.to_owned(), so_far.to_owned())],
            focused: Some(focused.to_owned()),
        };
        let vocabulary = Vocabulary {
            environments: vec!["shop".to_owned()],
            jobs: vec!["orders".to_owned(), "x".repeat(101)],
            requests: vec!["R-2".to_owned(), "R-1".to_owned()],
        };
        let answer = serde_json::to_value(answer(&typed, &vocabulary)).unwrap();
        assert_eq!(answer["type"], 8);
        let choices = answer["data"]["choices"].as_array().unwrap();
        choices
            .iter()
            .map(|choice| choice["value"].as_str().unwrap().to_owned())
            .collect()
    }

    #[test]
    fn each_option_is_completed_by_names_of_its_kind() {
        assert_eq!(
            offered(&["flink", "scale", "parallelism"], "job", "ORD"),
            ["orders"]
        );
        assert_eq!(offered(&["flink", "scale", "parallelism"], "in", ""), ["shop"]);
        assert_eq!(offered(&["flink", "status"], "target", ""), ["orders", "shop"]);
        assert_eq!(offered(&["flink", "approve"], "request", ""), ["R-2", "R-1"]);
        assert!(offered(&["flink", "scale", "parallelism"], "n", "").is_empty());
        assert!(offered(&["nonsense"], "job", "").is_empty());
    }

    #[test]
    fn a_whole_command_is_completed_word_by_word() {
        assert!(offered(&["sluice"], "command", "sta").contains(&"status".to_owned()));
        assert!(offered(&["sluice"], "command", "status ").contains(&"status orders".to_owned()));
        assert!(offered(&["sluice"], "command", "").len() <= ENTRIES);
    }
}
