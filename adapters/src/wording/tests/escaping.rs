//! Whatever names and reasons contain: nothing hides, nothing poses as ours, nothing floods.

use approvals::notice::{Answer, Notice, RequestView, StateView};
use approvals::request::Yes;
use commands::condition::Mismatch;
use commands::names::JobName;
use commands::plan::Warning;
use commands::refusal::{Code, Refusal};
use commands::verdict::Verdict;

use super::card;
use super::scene::{Adjectives, person, request, rescale};
use crate::chat::card::{CODE_COLUMNS, Part, Span};

/// Bidirectional overrides, zero-width characters, our own marks, line breaks, markup and mentions.
const HOSTILE: &str = "a\u{202e}b\u{200b}c\u{E000}pceo\u{E001}\n<!channel> @everyone <b>*x*</b> %{who} `rm`";

fn hostile_request() -> RequestView {
    let mut plan = rescale(1, 4);
    let name: String = HOSTILE.chars().filter(|c| !c.is_control()).collect();
    if let Some(job) = &mut plan.target.job {
        job.name = JobName::parse(&name).unwrap();
    }
    plan.warnings = vec![
        Warning::Text(HOSTILE.to_owned()),
        Warning::JobsGrow {
            jobs: vec![JobName::parse(&name).unwrap()],
        },
        Warning::SlotsUnused {
            slots: 1,
            command: Some(HOSTILE.to_owned()),
        },
    ];
    let mut view = request().with_plan(plan, HOSTILE);
    view.because = Some(HOSTILE.to_owned());
    if let Some(voting) = &mut view.voting {
        voting
            .votes
            .push((person("cy"), Yes::No, Some(HOSTILE.to_owned())));
    }
    view
}

fn hostile_notices() -> Vec<Notice> {
    let said = HOSTILE.to_owned();
    let turn = |state| Notice::Turn(Box::new(hostile_request().at(state)));
    let facts = [
        "job",
        "environment",
        "known",
        "why",
        "text",
        "found",
        "wanted",
        "must",
        "number",
    ];
    let refused = Code::ALL.iter().map(|code| Notice::Refused {
        refusal: facts
            .iter()
            .fold(Refusal::new(*code), |refusal, fact| refusal.with(fact, HOSTILE))
            .try_instead(HOSTILE),
        request: None,
    });
    let mut notices = vec![
        Notice::Card(Box::new(hostile_request())),
        Notice::Progress(Box::new(hostile_request())),
        Notice::Answer(Box::new(Answer::Show(Box::new(hostile_request())))),
        Notice::Answer(Box::new(Answer::Help {
            verb: Some(said.clone()),
            environment: None,
            jobs: Vec::new(),
        })),
        Notice::Answer(Box::new(Answer::Whoami {
            person: None,
            account: said.clone(),
            groups: vec![said.clone()],
        })),
        turn(StateView::Denied {
            by: person("cy"),
            reason: Some(said.clone()),
        }),
        turn(StateView::Failed {
            step: 1,
            code: said.clone(),
            said: said.clone(),
        }),
        turn(StateView::Drifted {
            mismatches: vec![Mismatch {
                what: said.clone(),
                planned: said.clone(),
                now: said,
            }],
        }),
    ];
    notices.extend(refused);
    notices
}

#[test]
fn no_character_that_hides_reaches_a_message() {
    for notice in hostile_notices() {
        let card = card(&notice);
        let labels: String = card.buttons.iter().map(|b| b.label.as_str()).collect();
        let text = card.text() + &labels;
        for hidden in ['\u{202e}', '\u{200b}', '\u{E000}', '\u{E001}', '\0'] {
            assert!(!text.contains(hidden), "{hidden:?} in {text}");
        }
    }
}

#[test]
fn nobody_is_mentioned_by_a_name_or_a_reason() {
    for notice in hostile_notices() {
        for part in card(&notice).body {
            let (Part::Line { text }
            | Part::Fact { text, .. }
            | Part::Hint { text }
            | Part::Step { text, .. }) = part
            else {
                continue;
            };
            let people = text.spans().iter().filter_map(|span| match span {
                Span::Person { person, .. } => Some(person.as_str()),
                _ => None,
            });
            for someone in people {
                assert!(["ana", "bo", "cy"].contains(&someone), "{someone} was named");
            }
        }
    }
}

#[test]
fn a_line_break_in_a_reason_stays_on_its_line() {
    let text = card(&Notice::Card(Box::new(hostile_request()))).text();
    let why = text.lines().find(|line| line.starts_with("Why: ")).unwrap();
    assert!(why.contains("\\n<!channel>"), "{why}");
    assert!(
        why.contains("%{who}"),
        "a placeholder in a value is not filled: {why}"
    );
}

#[test]
fn a_reason_of_a_hundred_kilobytes_is_cut_and_counted() {
    let mut view = request();
    view.because = Some("x".repeat(100_000));
    let text = card(&Notice::Card(Box::new(view))).text();
    assert!(text.len() < 4_000, "{} bytes", text.len());
    assert!(text.contains("… 99700 more"), "{text}");
}

#[test]
fn code_and_tables_fit_a_phone() {
    let finished = super::scene::finished(Verdict::Better, Vec::new());
    let finished = Notice::Turn(Box::new(request().at(StateView::Finished(Box::new(finished)))));
    for notice in hostile_notices().into_iter().chain([finished]) {
        for part in card(&notice).body {
            let text = match part {
                Part::Code { text } => text,
                Part::Table { head, rows } => crate::chat::card::table_text(&head, &rows),
                _ => continue,
            };
            for line in text.lines() {
                assert!(line.chars().count() <= CODE_COLUMNS, "{line:?} is too wide");
            }
        }
    }
}
