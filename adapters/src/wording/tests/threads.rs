//! The life of a request as its thread shows it.

use approvals::notice::{Acknowledged, Notice, StateView, Woken};
use approvals::request::{StopReason, Yes};
use commands::condition::{Mismatch, Progress};
use commands::names::{JobName, Millis, Person, RequestId};
use commands::plan::{Output, Warning};
use commands::refusal::{Code, Refusal};
use commands::signals::Signal;
use commands::verdict::{Reason, Verdict};
use commands::windows::Measured;

use super::scene::{
    Adjectives, NOW, checkpointed, finished, finished_task_managers, person, request, rescale, task_managers,
};
use super::sheet;

fn card(view: approvals::notice::RequestView) -> Notice {
    Notice::Card(Box::new(view))
}

fn turn(view: approvals::notice::RequestView) -> Notice {
    Notice::Turn(Box::new(view))
}

#[test]
fn the_card_tells_what_would_be_done_what_it_costs_and_who_decides() {
    let mut warned = rescale(4, 2);
    warned.warnings = vec![
        Warning::StillGrows {
            now_per_s: -10.0,
            then_per_s: 410.0,
            enough: Some(5),
        },
        Warning::StillGrows {
            now_per_s: 420.0,
            then_per_s: 410.0,
            enough: None,
        },
        Warning::MoreSlotsThanCores { slots: 12, cores: 8 },
        Warning::SlotsUnused {
            slots: 1,
            command: None,
        },
        Warning::JobsGrow {
            jobs: vec![super::scene::orders().name],
        },
        Warning::NoHistory,
        Warning::Text("the sink is the limit".to_owned()),
    ];
    let approved = request().approved_by("bo").at(StateView::Approved);
    let mut denied = request().at(StateView::Denied {
        by: person("cy"),
        reason: Some("not during the sale".to_owned()),
    });
    if let Some(voting) = &mut denied.voting {
        let reason = Some("not during the sale".to_owned());
        voting.votes.push((person("cy"), Yes::No, reason));
    }
    insta::assert_snapshot!(sheet([
        ("waiting", card(request().in_demo())),
        ("approved", card(approved)),
        ("denied", card(denied)),
        (
            "one TaskManager more",
            card(request().with_plan(task_managers(2, 3), "scale shop taskmanagers 3")),
        ),
        (
            "one TaskManager fewer",
            card(request().with_plan(task_managers(3, 2), "scale shop taskmanagers 2")),
        ),
        (
            "every warning",
            card(request().with_plan(warned, "scale orders parallelism 2"))
        ),
        (
            "a rollback",
            card(request().with_plan(rescale(4, 1), "rollback R-17")),
        ),
    ]));
}

#[test]
fn progress_is_one_message_with_a_bar() {
    let progress = |view| Notice::Progress(Box::new(view));
    let running = |step, person| StateView::Running { step, of: 3, person };
    let bounds_set = [checkpointed(118), Output::Nothing];
    let subtasks = Progress::Subtasks {
        running: 2,
        wanted: 4,
    };
    let all = [checkpointed(118), Output::Nothing, Output::Parallelism(4)];
    let until = NOW.plus(Millis::minutes(15));
    let mut undoing = request()
        .approved_by("bo")
        .with_steps(&bounds_set, Some(Progress::FirstCheckpoint));
    undoing.steps[2].undo_of = Some(2);
    undoing.steps[2].attempt = 2;
    let fewer = request()
        .with_plan(task_managers(3, 2), "scale shop taskmanagers 2")
        .with_steps(
            &[
                checkpointed(118),
                Output::Nothing,
                Output::Parallelism(1),
                Output::TaskManager(commands::names::TaskManagerId::parse("sluice-3f00").unwrap()),
            ],
            Some(Progress::Waiting),
        );
    insta::assert_snapshot!(sheet([
        (
            "the first step",
            progress(
                request()
                    .with_steps(&[], Some(Progress::CheckpointUnderWay))
                    .at(running(1, false))
                    .in_demo()
            ),
        ),
        (
            "the last step",
            progress(
                request()
                    .with_steps(&bounds_set, Some(subtasks))
                    .at(running(3, false))
            ),
        ),
        (
            "a TaskManager goes",
            progress(fewer.at(StateView::Running {
                step: 5,
                of: 5,
                person: false
            })),
        ),
        (
            "a person's step",
            progress(
                request()
                    .with_steps(&bounds_set, Some(Progress::Waiting))
                    .at(running(3, true))
            )
        ),
        (
            "settling",
            progress(request().with_steps(&all, None).at(StateView::Settling { until }))
        ),
        (
            "undoing",
            progress(undoing.at(StateView::Stopping {
                by: person("ana"),
                why: None,
                undoing: true,
            })),
        ),
    ]));
}

#[test]
fn every_turn_is_a_message_that_names_the_state_first() {
    let done = [checkpointed(118)];
    let stopping = |why: Option<StopReason>, undoing| StateView::Stopping {
        by: why.as_ref().map_or(person("ana"), |_| Person::sluice()),
        why,
        undoing,
    };
    let mismatch = |what: &str, planned: &str, now: &str| Mismatch {
        what: what.to_owned(),
        planned: planned.to_owned(),
        now: now.to_owned(),
    };
    let rejected = || StopReason::Rejected {
        step: 2,
        code: "HTTP_400".to_owned(),
        said: "Bad request: upperBound 4 above max parallelism".to_owned(),
    };
    let goes_on = |done, by: &str| StateView::GoesOn {
        step: 2,
        done,
        by: person(by),
    };
    let doubt = |step| StateView::OutcomeUnknown {
        step,
        since: NOW.plus(Millis::minutes(5)),
    };
    let approved = || request().approved_by("bo");
    insta::assert_snapshot!(sheet([
        (
            "queued",
            turn(approved().at(StateView::Queued {
                behind: RequestId::new(17),
                holder: Some(person("bo")),
                since: Some(NOW),
                command: Some("scale invoices parallelism 2".to_owned()),
            })),
        ),
        (
            "queued behind an erased request",
            turn(approved().at(StateView::Queued {
                behind: RequestId::new(17),
                holder: None,
                since: None,
                command: None,
            })),
        ),
        (
            "stopped",
            turn(approved().with_steps(&done, None).at(stopping(None, false)))
        ),
        (
            "rejected",
            turn(
                approved()
                    .with_steps(&done, None)
                    .at(stopping(Some(rejected()), false))
            )
        ),
        (
            "precondition",
            turn(approved().with_steps(&done, None).at(stopping(
                Some(StopReason::Precondition {
                    step: 2,
                    mismatches: vec![mismatch("slots", "4", "3"), mismatch("job", "there", "gone")],
                }),
                false,
            ))),
        ),
        (
            "time up",
            turn(
                approved()
                    .with_steps(&done, None)
                    .at(stopping(Some(StopReason::TimeUp), false))
            )
        ),
        (
            "undoing",
            turn(approved().with_steps(&done, None).at(stopping(None, true)))
        ),
        (
            "unknown: checkpoint",
            turn(approved().with_steps(&[], Some(Progress::Waiting)).at(doubt(1)))
        ),
        (
            "unknown: bounds",
            turn(
                approved()
                    .with_steps(&done, Some(Progress::Waiting))
                    .at(doubt(2))
                    .in_demo()
            )
        ),
        (
            "unknown: change",
            turn(
                approved()
                    .with_steps(&[checkpointed(118), Output::Nothing], Some(Progress::Waiting))
                    .at(doubt(3))
            ),
        ),
        (
            "unknown: TaskManager",
            turn(
                approved()
                    .with_plan(task_managers(2, 3), "scale shop taskmanagers 3")
                    .with_steps(&[], Some(Progress::NotRegistered))
                    .at(doubt(1)),
            ),
        ),
        (
            "goes on, seen",
            turn(approved().with_steps(&done, None).at(goes_on(true, "sluice")))
        ),
        (
            "goes on, said",
            turn(approved().with_steps(&done, None).at(goes_on(true, "bo")))
        ),
        (
            "not done, seen",
            turn(approved().with_steps(&done, None).at(goes_on(false, "sluice")))
        ),
        (
            "not done, said",
            turn(approved().with_steps(&done, None).at(goes_on(false, "bo")))
        ),
        (
            "drifted",
            turn(approved().at(StateView::Drifted {
                mismatches: vec![
                    mismatch("parallelism", "1", "2"),
                    mismatch("version", &"a".repeat(64), &"b".repeat(64))
                ],
            })),
        ),
        (
            "refused",
            turn(
                request().at(StateView::Refused {
                    refusal: Refusal::new(Code::Busy)
                        .with("holder", "R-17")
                        .with("path", "shop/shop/7f2c")
                        .try_instead("show R-17"),
                })
            ),
        ),
        (
            "denied",
            turn(request().at(StateView::Denied {
                by: person("cy"),
                reason: Some("not during the sale".to_owned()),
            })),
        ),
        (
            "denied, reason erased",
            turn(request().at(StateView::Denied {
                by: person("cy"),
                reason: None,
            })),
        ),
        (
            "withdrawn",
            turn(request().at(StateView::Withdrawn { by: person("ana") }))
        ),
        ("expired", turn(request().at(StateView::Expired))),
        (
            "failed",
            turn(approved().at(StateView::Failed {
                step: 2,
                code: "HTTP_400".to_owned(),
                said: "Bad request".to_owned(),
            })),
        ),
        (
            "rolled back",
            turn(approved().at(StateView::RolledBack { why: None }))
        ),
        (
            "rolled back by itself",
            turn(approved().at(StateView::RolledBack {
                why: Some(rejected())
            }))
        ),
    ]));
}

#[test]
fn the_verdict_puts_before_beside_after_and_what_was_said_beside_what_was_measured() {
    let end = |verdict, reasons| {
        let state = StateView::Finished(Box::new(finished(verdict, reasons)));
        turn(request().approved_by("bo").at(state))
    };
    let shrinks = Reason::BacklogSlope {
        before: 1_050.0,
        after: -290.0,
    };
    let throughput = Reason::Throughput {
        before: 450.0,
        after: 1_790.0,
        expected: 1_500.0,
    };
    let mut unmeasured = finished(Verdict::Inconclusive, vec![Reason::TooFewSamples]);
    unmeasured.measured[0].before = None;
    unmeasured.measured[0].after = None;
    unmeasured.pictured = None;
    unmeasured.down = None;
    insta::assert_snapshot!(sheet([
        ("better", end(Verdict::Better, vec![shrinks, throughput])),
        (
            "same",
            end(
                Verdict::Same,
                vec![Reason::BacklogSlope {
                    before: 1_050.0,
                    after: 1_040.0,
                }],
            ),
        ),
        (
            "worse",
            end(
                Verdict::Worse,
                vec![Reason::Restarts(3), Reason::CheckpointsStopped]
            ),
        ),
        (
            "inconclusive",
            end(
                Verdict::Inconclusive,
                vec![Reason::ArrivalsMoved {
                    before: 1_500.0,
                    after: 900.0,
                }],
            ),
        ),
        (
            "nothing measured",
            turn(
                request()
                    .approved_by("bo")
                    .in_demo()
                    .at(StateView::Finished(Box::new(unmeasured)))
            ),
        ),
    ]));
}

#[test]
fn a_change_of_task_managers_ends_with_the_cluster_and_each_job() {
    let end = |finished| {
        turn(
            request()
                .with_plan(task_managers(2, 3), "scale shop taskmanagers 3")
                .approved_by("bo")
                .at(StateView::Finished(Box::new(finished))),
        )
    };
    let mut fell = finished_task_managers(&["orders", "payments", "a job with a very long name", "audit"]);
    fell.judgement.verdict = Verdict::Worse;
    fell.judgement.reasons = vec![Reason::Restarts(2)];
    fell.judgement.job = Some(JobName::parse("payments").unwrap());
    let mut no_job = finished_task_managers(&[]);
    no_job.pictured = None;
    insta::assert_snapshot!(sheet([
        ("one job", end(finished_task_managers(&["orders"]))),
        ("the worst of four decides", end(fell)),
        ("no job runs", end(no_job)),
    ]));
}

#[test]
fn a_rate_that_is_not_known_is_told_as_unknown_and_never_as_none() {
    let mut unknown = finished(Verdict::Inconclusive, vec![Reason::RatesUnknown]);
    let Measured { before, after, .. } = &mut unknown.measured[0];
    for window in [before, after] {
        let stats = &mut window.as_mut().unwrap().stats;
        stats.values_mut().for_each(|stat| stat.per_s = None);
        stats.remove(&Signal::RecordsWritten);
    }
    let told = turn(
        request()
            .approved_by("bo")
            .at(StateView::Finished(Box::new(unknown))),
    );
    let text = sheet([("rates unknown", told)]);
    assert!(!text.contains(" 0/s"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn a_press_is_answered_with_a_word() {
    let id = RequestId::new(18);
    insta::assert_snapshot!(sheet([
        ("vote counted", Notice::Done(Acknowledged::VoteCounted, id)),
        ("vote withdrawn", Notice::Done(Acknowledged::VoteWithdrawn, id)),
        ("will stop", Notice::Done(Acknowledged::WillStop, id)),
        ("recorded", Notice::Done(Acknowledged::Recorded, id)),
    ]));
}

#[test]
fn the_first_line_names_the_state_or_the_verdict() {
    let first = |notice: &Notice| super::card(notice).headline.plain();
    assert_eq!(
        first(&card(request())),
        "#R-18 waiting: ana asks: scale orders to parallelism 4 (now 1) on shop"
    );
    let better = finished(
        Verdict::Better,
        vec![Reason::BacklogSlope {
            before: 1_050.0,
            after: -290.0,
        }],
    );
    let better = turn(request().at(StateView::Finished(Box::new(better))));
    assert!(first(&better).starts_with("Better. orders runs at parallelism 4; the backlog shrinks"));
}

#[test]
fn a_reminder_names_who_has_not_decided_and_who_is_woken_besides() {
    let woken = |may_approve, people: &[&str]| Woken {
        group: commands::names::Group::parse("leads").unwrap(),
        people: people.iter().map(|key| person(key)).collect(),
        may_approve,
    };
    let reminder = |view, woken| Notice::Reminder(Box::new(view), woken);
    let mut voted = request();
    if let Some(voting) = &mut voted.voting {
        voting.votes.push((person("bo"), Yes::Yes, None));
    }
    let running = StateView::Running {
        step: 2,
        of: 3,
        person: false,
    };
    let gone = request()
        .approved_by("bo")
        .with_steps(&[checkpointed(118)], None)
        .at(running);
    insta::assert_snapshot!(sheet([
        ("a reminder", reminder(request(), None)),
        ("one has voted", reminder(voted, None)),
        (
            "woken, and may approve",
            reminder(request(), Some(woken(true, &["dee"])))
        ),
        (
            "woken, a group of a chat",
            reminder(request(), Some(woken(true, &[])))
        ),
        (
            "woken, and cannot approve",
            reminder(request(), Some(woken(false, &["dee", "eve"])))
        ),
        (
            "woken, a group of a chat that cannot",
            reminder(request(), Some(woken(false, &[])))
        ),
        ("the environment is gone", Notice::EnvironmentGone(Box::new(gone))),
    ]));
}
