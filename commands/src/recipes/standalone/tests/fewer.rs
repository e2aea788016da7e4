use super::shown::{planned, refused, shown};
use crate::condition::Condition;
use crate::fixtures::{cluster, job, recent};
use crate::plan::Warning;
use crate::recipes::Limits;

#[test]
fn idle_ones_of_ours_are_stopped_without_a_restart() {
    let observed = cluster()
        .with_foreign(2, 1)
        .with_ours(2, 1, 0)
        .with(job("orders").at(2))
        .observed();
    insta::assert_snapshot!(shown(
        &planned("scale shop taskmanagers 2", &observed, &Limits::default()).unwrap()
    ));
}

#[test]
fn the_one_job_that_must_is_narrowed_first() {
    let observed = cluster()
        .with_foreign(1, 1)
        .with_ours(2, 1, 3)
        .with(job("orders").at(3))
        .observed();
    let limits = Limits {
        recent: Some(recent(400.0, 400.0, 0.0, 0.0, 900.0)),
        ..Limits::default()
    };
    insta::assert_snapshot!(shown(
        &planned("scale shop taskmanagers 1", &observed, &limits).unwrap()
    ));
}

#[test]
fn where_slots_suffice_but_ours_have_tasks_a_restart_may_be_the_price() {
    let observed = cluster()
        .with_foreign(2, 2)
        .with_ours(1, 2, 1)
        .with(job("orders").at(3))
        .observed();
    let plan = planned("scale shop taskmanagers 2", &observed, &Limits::default()).unwrap();
    assert_eq!(plan.warnings, [Warning::MayStopBusy]);
    assert_eq!(plan.estimates.restarts, 1);
    let last = &plan.steps[2];
    assert!(
        matches!(last.done_when, Condition::RunsAt { .. }),
        "a last checkpoint shows that the job runs again: {last:?}"
    );
}

#[test]
fn a_job_that_cannot_narrow_is_not_the_one_that_must() {
    let observed = cluster()
        .with_ours(3, 1, 1)
        .with(job("orders").at(2))
        .with(job("single").at(1))
        .observed();
    let plan = planned("scale shop taskmanagers 2", &observed, &Limits::default()).unwrap();
    assert_eq!(plan.resources.slots, (3, 2));
}

#[test]
fn every_refusal_has_its_code_its_facts_and_what_works() {
    let refuse = |text: &str, observed| refused(planned(text, &observed, &Limits::default()));
    let two_jobs = || {
        cluster()
            .with_ours(4, 1, 1)
            .with(job("orders").at(2))
            .with(job("payments").at(2))
    };
    let all = [
        refuse(
            "scale shop taskmanagers 1",
            cluster().with_foreign(2, 1).with_ours(1, 1, 0).observed(),
        ),
        refuse(
            "scale shop taskmanagers 1",
            cluster().with_foreign(3, 1).observed(),
        ),
        refuse("scale shop taskmanagers 3", two_jobs().observed()),
        refuse("scale shop taskmanagers 1", two_jobs().observed()),
        refuse(
            "scale shop taskmanagers 1",
            cluster()
                .with_ours(2, 1, 1)
                .with(job("a"))
                .with(job("b"))
                .observed(),
        ),
        refuse(
            "scale shop taskmanagers 1",
            cluster()
                .with_ours(2, 1, 1)
                .with(job("a").at(2).without_checkpoints())
                .observed(),
        ),
        refuse(
            "scale shop taskmanagers 1",
            cluster()
                .with_ours(3, 1, 1)
                .with(job("a"))
                .with(job("b").at(2))
                .observed(),
        ),
        refuse(
            "scale shop taskmanagers 1",
            cluster().with_ours(2, 1, 0).without_launcher().observed(),
        ),
    ];
    insta::assert_snapshot!(all.join("\n"));
}
