//! The configuration: written by hand, at any hour.

use std::path::Path;

use bolero::{ValueGenerator as _, check};
use bot::config::{Config, Secrets, Variables};
use fuzz::bent::Bent;
use fuzz::corpus;

/// What the variables hold that are secrets.
const SECRET: &str = "hush-4f1c0de4f1c0de4f1c0de4f1c0de4f1c0de";

/// What turns a line around, or is not seen.
const INVISIBLE: [char; 4] = ['\u{200b}', '\u{202e}', '\u{2028}', '\u{feff}'];

#[test]
fn any_configuration_is_read_or_every_mistake_is_told_in_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sluice.yaml");
    let mut seeds = corpus::files("tests/fuzz/corpus/config", "");
    seeds.extend(corpus::files("deploy", "sluice.example.yaml"));
    let words = [
        ": ",
        "- ",
        "\n  ",
        "\n- ",
        "*a",
        "&a ",
        "!!str ",
        "? ",
        "[",
        "]",
        "{",
        "}",
        "#",
        "null",
        "~",
        "|\n",
        "30d",
        "1728m",
        "slack:C1",
        "http://127.0.0.1",
        "people:",
        "groups:",
        "mode: demo\n",
    ];
    let texts = Bent::new(seeds, &words);
    texts
        .seeds()
        .iter()
        .for_each(|seed| is_read_or_told(seed, None, &file));
    // A variable of the environment stands over what the file says.
    let over = Bent::new(
        vec![b"shop".to_vec(), b"30m".to_vec(), b"[a, b]".to_vec()],
        &words,
    );
    let over = over.map_gen(|value| String::from_utf8_lossy(&value).into_owned());
    check!()
        .with_generator((texts, over))
        .for_each(|(text, over)| is_read_or_told(text, Some(over), &file));
}

fn is_read_or_told(text: &[u8], over: Option<&String>, file: &Path) {
    std::fs::write(file, text).unwrap();
    let mut variables: Variables = [
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "DISCORD_TOKEN",
        "ALERT_TOKEN",
    ]
    .map(|name| (name.to_owned(), SECRET.to_owned()))
    .into();
    if let Some(over) = over {
        for name in ["SLUICE__LISTEN__PRIVATE", "SLUICE__ENVIRONMENTS__SHOP__CHANNELS"] {
            variables.insert(name.to_owned(), over.clone());
        }
    }
    match Config::load(file, &variables, Secrets::Read(&variables)) {
        Ok(config) => assert!(!format!("{config:?}").contains(SECRET), "a secret is shown"),
        Err(mistakes) => {
            let told = mistakes.to_string();
            assert!(mistakes.count() > 0, "refused, and nothing told");
            assert_eq!(
                told.lines().count(),
                mistakes.count(),
                "not one line a mistake:\n{told}"
            );
            assert!(!told.contains(SECRET), "a secret is shown");
            let is_seen = |c: char| c == '\n' || !c.is_control() && !INVISIBLE.contains(&c);
            assert!(told.chars().all(is_seen), "hides something: {told:?}");
            assert!(!told.contains("checked and then not understood"), "{told}");
            let written = text.split(|byte| *byte == b'\n').count();
            for line in told.lines() {
                if let Some(place) = line.strip_prefix(&format!("{}:", file.display())) {
                    let number: usize = place.split(':').next().unwrap().parse().unwrap();
                    assert!((1..=written + 1).contains(&number), "no such line: {line}");
                }
            }
        }
    }
}
