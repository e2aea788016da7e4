use super::shown::{planned, refused, shown};
use crate::fixtures::{cluster, job, recent};
use crate::plan::{Promise, Warning};
use crate::recipes::Limits;

#[test]
fn new_slots_that_nobody_uses_are_said_with_the_command_that_uses_them() {
    let observed = cluster().with_foreign(1, 1).with(job("orders").at(1)).observed();
    insta::assert_snapshot!(shown(
        &planned("scale shop taskmanagers 3", &observed, &Limits::default()).unwrap()
    ));
}

#[test]
fn a_job_whose_bounds_allow_it_grows_by_itself_and_its_restart_is_counted() {
    let observed = cluster()
        .with_foreign(2, 1)
        .with(job("orders").at(2).bounded(1, 4))
        .observed();
    let limits = Limits {
        recent: Some(recent(200.0, 200.0, 9_000.0, 400.0, 1000.0)),
        ..Limits::default()
    };
    insta::assert_snapshot!(shown(
        &planned("scale shop taskmanagers +1", &observed, &limits).unwrap()
    ));
}

#[test]
fn with_several_jobs_no_command_is_proposed() {
    let observed = cluster()
        .with_foreign(2, 1)
        .with(job("orders"))
        .with(job("payments"))
        .observed();
    let plan = planned("scale shop taskmanagers 3", &observed, &Limits::default()).unwrap();
    assert_eq!(
        plan.warnings,
        [Warning::SlotsUnused {
            slots: 1,
            command: None
        }]
    );
    assert_eq!(plan.promise, Promise::Room);
}

#[test]
fn slots_that_fill_the_cores_are_warned_about_only_where_they_are_used() {
    let grows = cluster()
        .with_foreign(2, 1)
        .with_cores(2)
        .with(job("orders").at(2).bounded(1, 4))
        .observed();
    let plan = planned("scale shop taskmanagers 4", &grows, &Limits::default()).unwrap();
    assert!(
        plan.warnings
            .contains(&Warning::MoreSlotsThanCores { slots: 4, cores: 2 })
    );
    let stays = cluster()
        .with_foreign(2, 1)
        .with_cores(2)
        .with(job("orders").at(2))
        .observed();
    let plan = planned("scale shop taskmanagers 4", &stays, &Limits::default()).unwrap();
    assert!(
        !plan
            .warnings
            .iter()
            .any(|warning| matches!(warning, Warning::MoreSlotsThanCores { .. }))
    );
}

#[test]
fn every_refusal_has_its_code_its_facts_and_what_works() {
    let two = || cluster().with_foreign(2, 1).with(job("orders"));
    let refuse = |text: &str, observed| refused(planned(text, &observed, &Limits::default()));
    let all = [
        refuse("scale shop taskmanagers 3", two().without_launcher().observed()),
        refuse("scale shop taskmanagers 5", two().observed()),
        refuse("scale shop taskmanagers x1000", two().observed()),
        refuse("scale shop taskmanagers 5", two().with_foreign(2, 1).observed()),
        refuse("scale shop taskmanagers 2", two().observed()),
        refuse("scale shop taskmanagers -2", two().observed()),
        refuse("scale shop taskmanagers -9", two().observed()),
        refuse("scale orders taskmanagers 3", two().observed()),
        refuse(
            "scale shop taskmanagers 3",
            two().with_launcher(2, 1024, 4).observed(),
        ),
    ];
    insta::assert_snapshot!(all.join("\n"));
}
