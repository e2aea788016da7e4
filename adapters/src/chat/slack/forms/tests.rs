//! Forms, and what they become when they are sent.

use approvals::intake::DeliveryId;
use commands::catalog::ROWS;
use serde_json::json;

use super::guide::{ROW, VERB};
use super::*;

fn given() -> Given {
    Given {
        channel: Channel::parse("C01").unwrap(),
        message: Some(MessageId::parse("1.2").unwrap()),
        thread: Some(MessageId::parse("1.1").unwrap()),
        button: Some("deny:R-18:ab".to_owned()),
    }
}

fn filled(form: &str, values: &[(&str, &str)]) -> Filled {
    let values = values
        .iter()
        .map(|(block, value)| ((*block).to_owned(), (*value).to_owned()));
    Filled {
        id: DeliveryId("slack-form-1".to_owned()),
        form: form.to_owned(),
        given: json!(given()).to_string(),
        values: values.collect(),
    }
}

fn send(form: &str, values: &[(&str, &str)]) -> Sent {
    let jobs = ["orders".to_owned()];
    sent(
        &filled(form, values),
        &Wording::new("/flink"),
        &Reader::new("en", None),
        &jobs,
    )
    .unwrap()
}

fn scale() -> usize {
    ROWS.iter()
        .position(|row| row.example.starts_with("scale orders parallelism"))
        .unwrap()
}

#[test]
fn a_reason_becomes_the_press_that_asked_for_it() {
    let Sent::Said {
        said, given: back, ..
    } = send(REASON, &[(REASON, " not now ")])
    else {
        panic!("nothing was said")
    };
    assert_eq!(back, given());
    let Said::Press { button, reason, .. } = said else {
        panic!("no press")
    };
    assert_eq!(
        (button.as_str(), reason.as_deref()),
        ("deny:R-18:ab", Some("not now"))
    );
}

#[test]
fn the_guide_asks_for_what_the_verb_wants_and_says_what_could_have_been_typed() {
    let number = scale().to_string();
    let Sent::Answer(update) = send(VERB, &[(VERB, &number)]) else {
        panic!("no second form")
    };
    insta::assert_json_snapshot!(update);
    let values = [
        ("argument-0", "orders"),
        ("argument-2", "x2"),
        ("modifier-because", "lag is \"growing\""),
    ];
    let Sent::Said { said, .. } = send(&format!("{ROW}{number}"), &values) else {
        panic!("nothing was said")
    };
    let expected = "scale orders parallelism x2 because \"lag is \\\"growing\\\"\"";
    assert_eq!(said, Said::Text(expected.to_owned()));
}

#[test]
fn what_cannot_be_is_complained_about_in_the_form() {
    let Sent::Answer(answer) = send(
        &format!("{ROW}{}", scale()),
        &[("argument-0", "orders"), ("argument-2", "many")],
    ) else {
        panic!("it was taken")
    };
    assert_eq!(answer["response_action"], "errors");
    assert!(
        answer["errors"]["argument-0"].as_str().unwrap().contains("many"),
        "{answer}"
    );
}

#[test]
fn every_row_of_the_catalog_has_a_form() {
    for (number, row) in ROWS.iter().enumerate() {
        let Sent::Answer(update) = send(VERB, &[(VERB, &number.to_string())]) else {
            panic!("{}", row.usage())
        };
        assert!(
            update["view"]["blocks"]
                .as_array()
                .is_some_and(|blocks| !blocks.is_empty())
        );
    }
}

#[test]
fn a_form_that_is_none_of_ours_is_refused() {
    let wording = Wording::new("/flink");
    let reader = Reader::new("en", None);
    for form in ["", "row-", "row-999", "evil"] {
        assert!(
            sent(&filled(form, &[]), &wording, &reader, &[]).is_err(),
            "{form}"
        );
    }
    let mut foreign = filled(REASON, &[]);
    foreign.given = "{}".to_owned();
    assert!(sent(&foreign, &wording, &reader, &[]).is_err());
}
