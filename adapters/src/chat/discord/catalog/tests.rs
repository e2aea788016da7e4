//! What is registered fits Discord's limits in every language, and every command can be filled in.

use commands::grammar;
use serde_json::json;

use super::*;

/// Characters of one command with everything in it, at most.
const COMMAND_WEIGHT: usize = 8_000;

/// Names, descriptions and values of everything inside, each in its longest language.
fn weight(entry: &Value) -> usize {
    let longest = |name: &str, localised: &str| {
        let own = entry[name].as_str().map(|text| text.chars().count());
        let others = entry[localised].as_object().into_iter().flatten();
        let others = others.filter_map(|(_, text)| text.as_str().map(|text| text.chars().count()));
        own.into_iter().chain(others).max().unwrap_or_default()
    };
    let inside = |list: &str| -> usize { entry[list].as_array().into_iter().flatten().map(weight).sum() };
    let value = entry["value"].as_str().map_or(0, |value| value.chars().count());
    longest("name", "name_localizations")
        + longest("description", "description_localizations")
        + value
        + inside("options")
        + inside("choices")
}

fn every_level(entry: &Value, check: &mut impl FnMut(&Value)) {
    check(entry);
    for option in entry["options"].as_array().into_iter().flatten() {
        every_level(option, check);
    }
}

#[test]
fn every_command_fits_discords_limits_in_every_language() {
    let commands = commands();
    assert!(commands.len() > 1 && commands.len() <= 100);
    for command in &commands {
        let weight = weight(command);
        assert!(weight <= COMMAND_WEIGHT, "{}: {weight}", command["name"]);
        every_level(command, &mut |entry| {
            let name = entry["name"].as_str().unwrap();
            assert!((1..=32).contains(&name.chars().count()), "{name}");
            assert!(
                name.chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{name}"
            );
            let about = entry["description"].as_str().unwrap();
            assert!((1..=100).contains(&about.chars().count()), "{name}: {about}");
            for list in ["options", "choices"] {
                let entries = entry[list].as_array().map_or(0, Vec::len);
                assert!(entries <= ENTRIES, "{name} has {entries} {list}");
            }
            let options = entry["options"].as_array().into_iter().flatten();
            let optional = options
                .map(|option| option["required"] != true)
                .collect::<Vec<_>>();
            assert!(optional.is_sorted(), "{name}: what is needed comes first");
        });
    }
}

#[test]
fn every_row_has_a_path_of_its_own() {
    for (index, row) in ROWS.iter().enumerate() {
        assert!((2..=3).contains(&row.discord.len()), "{:?}", row.discord);
        assert!(
            ROWS[..index].iter().all(|earlier| {
                earlier.discord != row.discord
                    && !row.discord.starts_with(earlier.discord)
                    && !earlier.discord.starts_with(row.discord)
            }),
            "{:?}",
            row.discord
        );
    }
}

fn typed(path: &[&str], options: &[(&str, &str)]) -> Typed {
    Typed {
        path: path.iter().map(|name| (*name).to_owned()).collect(),
        options: options
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        focused: None,
    }
}

#[test]
fn what_is_filled_in_becomes_the_text_that_could_have_been_typed() {
    for (path, options, expected) in [
        (&["flink", "whoami"][..], &[][..], "whoami"),
        (
            &["flink", "status"],
            &[("target", "orders eu")],
            "status \"orders eu\"",
        ),
        (
            &["flink", "scale", "parallelism"],
            &[
                ("job", "orders"),
                ("n", "+2"),
                ("because", "lag \"grows\""),
                ("dry-run", "true"),
                ("no-wait", "false"),
            ],
            "scale orders parallelism +2 because \"lag \\\"grows\\\"\" dry-run",
        ),
        (&["flink", "approve"], &[("request", "R-18")], "approve R-18"),
        (&["sluice"], &[("command", "approve R-18")], "approve R-18"),
        (&["sluice"], &[], ""),
    ] {
        let text = text(&typed(path, options)).unwrap();
        assert_eq!(text, expected);
        assert!(text.is_empty() || grammar::parse(&text).is_ok(), "{text}");
    }
    assert_eq!(text(&typed(&["flink", "dance"], &[])), None);
}

#[test]
fn what_is_filled_in_is_read_by_the_same_grammar_as_any_text() {
    let path = ["flink", "scale", "parallelism"];
    for n in ["0", "many", "4 in prod", "999999999"] {
        let text = text(&typed(&path, &[("job", "orders"), ("n", n)])).unwrap();
        let read = grammar::parse(&text);
        assert!(read.is_err() || n == "4 in prod", "{text}");
    }
    let name = text(&typed(
        &path,
        &[("job", "orders parallelism 99 dry-run"), ("n", "4")],
    ))
    .unwrap();
    assert!(
        name.starts_with("scale \"orders parallelism 99 dry-run\""),
        "a name stays a name: {name}"
    );
}

#[test]
fn the_commands_are_as_reviewed() {
    insta::assert_json_snapshot!(json!(commands()));
}
