use std::collections::BTreeMap;

use super::shown::{planned, refused, shown};
use crate::condition::Context;
use crate::fixtures::{NOW, cluster, job, recent, unreachable, vertex_id};
use crate::names::{Millis, StepKey};
use crate::observed::{JobState, Observed, Scheduler};
use crate::plan::{Aim, Promise, Step, Warning};
use crate::recipes::Limits;

fn measured(read: f64, backlog: f64, growth: f64, busy: f64) -> Limits {
    Limits {
        recent: Some(recent(read, read, backlog, growth, busy)),
        ..Limits::default()
    }
}

#[test]
fn a_wider_job_is_planned_in_three_steps() {
    let observed = cluster()
        .with_foreign(8, 1)
        .without_high_availability()
        .with(job("orders").at(1))
        .with(job("payments").at(1))
        .observed();
    let limits = measured(450.0, 1_200_000.0, 400.0, 990.0);
    insta::assert_snapshot!(shown(
        &planned("scale orders parallelism 4", &observed, &limits).unwrap()
    ));
}

#[test]
fn a_narrower_job_gives_resources_back() {
    let observed = cluster().with_foreign(4, 1).with(job("orders").at(4)).observed();
    let plan = planned(
        "scale orders parallelism -2",
        &observed,
        &measured(100.0, 0.0, 0.0, 200.0),
    )
    .unwrap();
    insta::assert_snapshot!(shown(&plan));
}

#[test]
fn vertices_kept_narrow_stay_narrow_and_none_goes_above_its_own_max() {
    let observed = cluster()
        .with_foreign(8, 2)
        .with(job("orders").at(4).vertex_at(3, 1).vertex_max(1, 6))
        .observed();
    let bounds = |text: &str| {
        let plan = planned(text, &observed, &Limits::default()).unwrap();
        let crate::plan::Action::SetBounds { bounds, .. } = &plan.steps[1].action else {
            panic!("{plan:?}")
        };
        [1, 2, 3].map(|number| bounds[&vertex_id(number)].upper)
    };
    assert_eq!(bounds("scale orders parallelism 8"), [6, 8, 1]);
    assert_eq!(bounds("scale orders parallelism x2"), [6, 8, 1]);
    assert_eq!(bounds("scale orders parallelism 2"), [2, 2, 1]);
}

#[test]
fn the_lower_bound_is_never_raised() {
    let observed = cluster()
        .with_foreign(8, 1)
        .with(job("orders").at(4).bounded(3, 4))
        .observed();
    let lower = |text: &str| {
        let plan = planned(text, &observed, &Limits::default()).unwrap();
        let crate::plan::Action::SetBounds { bounds, .. } = &plan.steps[1].action else {
            panic!("{plan:?}")
        };
        bounds[&vertex_id(1)].lower
    };
    assert_eq!(lower("scale orders parallelism 8"), 3);
    assert_eq!(lower("scale orders parallelism 2"), 2);
}

#[test]
fn slots_are_counted_by_slot_sharing_group() {
    let observed = cluster()
        .with_foreign(6, 1)
        .with(job("orders").at(2).vertex_apart(3))
        .observed();
    let plan = planned("scale orders parallelism 3", &observed, &Limits::default()).unwrap();
    assert_eq!(plan.resources.slots, (4, 6));
    assert_eq!(
        refused(planned(
            "scale orders parallelism 4",
            &observed,
            &Limits::default()
        )),
        "NOT_ENOUGH_SLOTS (asked 4, job orders, others 0, room 6, total 6) -> scale orders parallelism 3"
    );
}

#[test]
fn a_gain_that_is_not_enough_is_a_warning() {
    let observed = cluster().with_foreign(8, 1).with(job("orders").at(1)).observed();
    let plan = planned(
        "scale orders parallelism 2",
        &observed,
        &measured(200.0, 36_000.0, 400.0, 1000.0),
    )
    .unwrap();
    assert_eq!(
        plan.warnings,
        [Warning::StillGrows {
            now_per_s: 400.0,
            then_per_s: 200.0,
            enough: Some(4)
        }]
    );
    let Promise::Throughput {
        backlog_gone_after,
        arriving_per_s,
        leaving_per_s,
        ..
    } = plan.promise
    else {
        panic!("{plan:?}")
    };
    assert_eq!(
        (backlog_gone_after, arriving_per_s, leaving_per_s),
        (None, Some(600.0), Some(200.0))
    );
}

#[test]
fn enough_above_the_max_parallelism_is_not_proposed() {
    let narrow = job("orders")
        .at(1)
        .vertex_max(1, 2)
        .vertex_max(2, 2)
        .vertex_max(3, 2);
    let observed = cluster().with_foreign(8, 1).with(narrow).observed();
    let plan = planned(
        "scale orders parallelism 2",
        &observed,
        &measured(200.0, 36_000.0, 400.0, 1000.0),
    )
    .unwrap();
    assert_eq!(
        plan.warnings,
        [Warning::StillGrows {
            now_per_s: 400.0,
            then_per_s: 200.0,
            enough: None
        }]
    );
}

#[test]
fn the_backlog_is_gone_after_catching_up() {
    // Example D of the sizing notes: 6,800,000 records over 48,889/s, and the time down before it.
    let observed = cluster().with_foreign(16, 1).with(job("orders").at(4)).observed();
    let plan = planned(
        "scale orders parallelism 8",
        &observed,
        &measured(40_000.0, 6e6, 0.0, 900.0),
    )
    .unwrap();
    let Promise::Throughput {
        backlog_gone_after, ..
    } = plan.promise
    else {
        panic!("{plan:?}")
    };
    let down = plan.estimates.down.unwrap();
    let replay = 40_000.0 * (plan.estimates.replay.unwrap().as_secs_f64() + down.as_secs_f64());
    let seconds = ((6e6 + replay) / (40_000.0 / 0.9 * 2.0 - 40_000.0)).round() as u64;
    assert_eq!(backlog_gone_after, Some(down + Millis::seconds(seconds)));
}

#[test]
fn a_narrower_job_that_would_not_keep_up_is_warned_about() {
    let observed = cluster().with_foreign(4, 1).with(job("orders").at(4)).observed();
    let plan = planned(
        "scale orders parallelism 1",
        &observed,
        &measured(400.0, 0.0, 0.0, 800.0),
    )
    .unwrap();
    assert_eq!(
        plan.warnings,
        [Warning::StillGrows {
            now_per_s: 0.0,
            then_per_s: 275.0,
            enough: Some(4)
        }]
    );
    assert_eq!(plan.promise, Promise::Resources);
}

#[test]
fn without_history_nothing_is_promised_in_numbers() {
    let observed = cluster().with_foreign(4, 1).with(job("orders").at(1)).observed();
    let plan = planned("scale orders parallelism 2", &observed, &Limits::default()).unwrap();
    assert_eq!(plan.warnings, [Warning::NoHistory]);
}

#[test]
fn more_slots_than_cores_is_a_warning_and_cores_are_counted_once_a_host() {
    let observed = cluster()
        .with_foreign(4, 2)
        .with_cores(2)
        .with(job("orders").at(2))
        .observed();
    let plan = planned("scale orders parallelism 4", &observed, &Limits::default()).unwrap();
    assert_eq!(plan.resources.cores_total, 2);
    assert!(
        plan.warnings
            .contains(&Warning::MoreSlotsThanCores { slots: 4, cores: 2 })
    );
}

#[test]
fn a_job_that_runs_as_asked_but_may_grow_is_pinned() {
    let observed = cluster()
        .with_foreign(4, 1)
        .with(job("orders").at(4).bounded(1, 8))
        .observed();
    let plan = planned("scale orders parallelism 4", &observed, &Limits::default()).unwrap();
    assert_eq!(plan.aim, Aim::Parallelism { from: 8, to: 4 });
}

#[test]
fn the_budget_of_the_change_is_the_schedulers_own() {
    let observed = cluster().with_foreign(4, 1).with(job("orders").at(1)).observed();
    let plan = planned("scale orders parallelism 2", &observed, &Limits::default()).unwrap();
    assert_eq!(plan.steps[2].budget, Millis::seconds(30 + 30 + 60 + 60));
}

#[test]
fn run_within_is_the_policys_where_it_says_one() {
    let observed = cluster().with_foreign(4, 1).with(job("orders").at(1)).observed();
    let limits = Limits {
        run_within: Some(Millis::minutes(5)),
        ..Limits::default()
    };
    assert_eq!(
        planned("scale orders parallelism 2", &observed, &limits)
            .unwrap()
            .run_within,
        Millis::minutes(5)
    );
}

#[test]
fn every_refusal_has_its_code_its_facts_and_what_works() {
    let on = |scene| cluster().with_foreign(4, 1).with(scene).observed();
    let orders = || job("orders").at(2);
    let refuse = |text: &str, observed| refused(planned(text, &observed, &Limits::default()));
    let twins = || {
        let twin = |id: char| orders().with_id(&id.to_string().repeat(32));
        cluster()
            .with_foreign(4, 1)
            .with(twin('a'))
            .with(twin('b'))
            .observed()
    };
    let all = [
        refuse("scale orders parallelism 4", unreachable()),
        refuse("scale ordres parallelism 4", on(orders())),
        refuse(
            "scale orders-v parallelism 4",
            cluster().with(job("orders-v1")).with(job("orders-v2")).observed(),
        ),
        refuse("scale orders parallelism 4", twins()),
        refuse(
            "scale orders parallelism 4",
            on(orders().in_state(JobState::Restarting)),
        ),
        refuse("scale orders parallelism 4", on(orders().under(Scheduler::Other))),
        refuse(
            "scale orders parallelism 4",
            on(orders().under(Scheduler::Reactive)),
        ),
        refuse("scale orders parallelism 4", on(orders().without_checkpoints())),
        refuse("scale orders parallelism 200", on(orders())),
        refuse("scale orders parallelism x128", on(orders())),
        refuse("scale orders parallelism -2", on(orders())),
        refuse("scale orders parallelism 2", on(orders())),
        refuse("scale orders parallelism x1", on(orders())),
        refuse("scale orders parallelism 5", on(orders())),
        refuse(
            "scale orders parallelism 6",
            cluster()
                .with_foreign(4, 1)
                .with(orders())
                .with(job("other").at(3))
                .observed(),
        ),
        refuse("scale orders parallelism 9", on(orders())),
        refuse(
            "scale orders parallelism 5",
            cluster()
                .with_foreign(2, 2)
                .with(job("my orders \"2\"").with_id(&"c".repeat(32)))
                .with(orders())
                .observed(),
        ),
        refuse(
            "scale \"my orders \\\"2\\\"\" parallelism 5",
            cluster()
                .with_foreign(2, 2)
                .with(job("my orders \"2\""))
                .observed(),
        ),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_job_is_named_by_its_name_its_id_or_the_beginning_of_either() {
    let observed = cluster()
        .with_foreign(4, 1)
        .with(job("orders-eu"))
        .with(job("payments"))
        .observed();
    let id = job("orders-eu").done().id;
    for name in [
        "orders-eu",
        "orders",
        id.as_str(),
        &id.as_str()[..6],
        &id.as_str().to_uppercase(),
    ] {
        let plan = planned(
            &format!("scale {name} parallelism 2"),
            &observed,
            &Limits::default(),
        )
        .unwrap();
        assert_eq!(plan.target.job.unwrap().id, id, "{name}");
    }
    let short = &id.as_str()[..5];
    assert!(
        planned(
            &format!("scale {short} parallelism 2"),
            &observed,
            &Limits::default()
        )
        .is_err()
    );
}

#[test]
fn what_the_steps_wait_for_is_what_flink_then_shows() {
    let at = |scene| cluster().with_foreign(4, 1).with(scene).observed();
    let plan = planned(
        "scale orders parallelism 4",
        &at(job("orders").at(1)),
        &Limits::default(),
    )
    .unwrap();
    let key = StepKey::parse(&"0".repeat(32)).unwrap();
    let later = NOW.plus(Millis::seconds(30));
    let done = |step: &Step, observed: &Observed| {
        let outputs = BTreeMap::new();
        let context = Context {
            observed,
            key: &key,
            sent_at: NOW,
            budget_ended: false,
            outputs: &outputs,
        };
        step.done_when.holds(&context).is_yes()
    };
    let checkpointed = at(job("orders").at(1).with_checkpoint(118, later));
    let bounded = at(job("orders").at(1).bounded(1, 4).with_checkpoint(118, later));
    let restarting = at(job("orders").at(4).with_running(0).with_checkpoint(119, later));
    let wide = at(job("orders").at(4).with_checkpoint(119, later));
    assert!(done(&plan.steps[0], &checkpointed) && !done(&plan.steps[1], &checkpointed));
    assert!(done(&plan.steps[1], &bounded) && !done(&plan.steps[2], &bounded));
    assert!(!done(&plan.steps[2], &restarting));
    assert!(done(&plan.steps[2], &wide));
    let [back, again] = &plan.steps[1].undo[..] else {
        panic!("{plan:?}")
    };
    assert!(!done(back, &wide) && done(back, &checkpointed) && done(again, &checkpointed));
}
