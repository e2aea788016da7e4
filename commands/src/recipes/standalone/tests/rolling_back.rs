use super::shown::{planned, refused, shown, verb};
use crate::fixtures::{cluster, job, vertex_id};
use crate::observed::{Bounds, Observed};
use crate::plan::{Action, Aim, Plan, Settings};
use crate::recipes::{Limits, plan};
use crate::refusal::Refusal;

fn back(recorded: Option<&Settings>, observed: &Observed) -> Result<Plan, Refusal> {
    plan(&verb("rollback R-18"), observed, &Limits::default(), recorded)
}

#[test]
fn a_rollback_restores_the_exact_bounds() {
    let before = cluster()
        .with_foreign(8, 1)
        .with(job("orders").at(2).bounded(2, 3).vertex_at(3, 1))
        .observed();
    let recorded = planned("scale orders parallelism 6", &before, &Limits::default())
        .unwrap()
        .settings_before;
    let after = cluster().with_foreign(8, 1).with(job("orders").at(6)).observed();
    insta::assert_snapshot!(shown(&back(Some(&recorded), &after).unwrap()));
}

#[test]
fn a_rollback_of_started_task_managers_stops_as_many() {
    let before = cluster().with_foreign(1, 1).with(job("orders")).observed();
    let recorded = planned("scale shop taskmanagers 3", &before, &Limits::default())
        .unwrap()
        .settings_before;
    let after = cluster()
        .with_foreign(1, 1)
        .with_ours(2, 1, 0)
        .with(job("orders"))
        .observed();
    let plan = back(Some(&recorded), &after).unwrap();
    assert_eq!(plan.aim, Aim::TaskManagers { from: 3, to: 1 });
    assert_eq!(plan.steps.len(), 4);
}

#[test]
fn a_rollback_of_stopped_ones_starts_them_and_then_widens_the_job_that_had_narrowed() {
    let before = cluster().with_ours(3, 1, 3).with(job("orders").at(3)).observed();
    let recorded = planned("scale shop taskmanagers 1", &before, &Limits::default())
        .unwrap()
        .settings_before;
    let after = cluster().with_ours(1, 1, 3).with(job("orders").at(1)).observed();
    insta::assert_snapshot!(shown(&back(Some(&recorded), &after).unwrap()));
}

#[test]
fn where_only_the_bounds_are_left_to_restore_only_they_are() {
    let before = cluster().with_ours(3, 1, 3).with(job("orders").at(3)).observed();
    let recorded = planned("scale shop taskmanagers 1", &before, &Limits::default())
        .unwrap()
        .settings_before;
    let after = cluster().with_ours(3, 1, 1).with(job("orders").at(1)).observed();
    let plan = back(Some(&recorded), &after).unwrap();
    assert_eq!(plan.aim, Aim::Parallelism { from: 1, to: 3 });
    assert!(matches!(plan.steps[1].action, Action::SetBounds { .. }));
}

#[test]
fn every_refusal_has_its_code_its_facts_and_what_works() {
    let before = cluster().with_foreign(4, 1).with(job("orders").at(4)).observed();
    let bounds = planned("scale orders parallelism 1", &before, &Limits::default())
        .unwrap()
        .settings_before;
    let narrowed = Settings::TaskManagers {
        count: 4,
        narrowed: None,
    };
    let Settings::Bounds { job: recorded, .. } = &bounds else {
        panic!("{bounds:?}")
    };
    let above = Settings::Bounds {
        job: recorded.clone(),
        bounds: (1..=3)
            .map(|number| (vertex_id(number), Bounds { lower: 1, upper: 200 }))
            .collect(),
    };
    let other = Settings::Bounds {
        job: recorded.clone(),
        bounds: Default::default(),
    };
    let small = || cluster().with_foreign(2, 1).with(job("orders").at(1));
    let all = [
        refused(back(None, &before)),
        refused(back(Some(&bounds), &before)),
        refused(back(Some(&narrowed), &before)),
        refused(back(Some(&bounds), &cluster().with_foreign(2, 1).observed())),
        refused(back(Some(&above), &small().observed())),
        refused(back(Some(&other), &small().observed())),
        refused(back(Some(&bounds), &small().observed())),
        refused(back(Some(&bounds), &small().without_launcher().observed())),
        refused(back(Some(&narrowed), &small().without_launcher().observed())),
    ];
    insta::assert_snapshot!(all.join("\n"));
}
