use std::collections::BTreeMap;

use super::{Condition, Context, Holds, Progress};
use crate::fixtures::{ClusterScene, JobScene, NOW, cluster, job, unreachable, vertex_id};
use crate::names::{At, JobId, Millis, StepKey, TaskManagerId};
use crate::observed::{Bounds, JobState, Observed, Trigger, Version};
use crate::plan::{Output, Value};

const KEY: &str = "00112233445566778899aabbccddeeff";

fn orders() -> JobId {
    job("orders").done().id
}

fn on(scene: JobScene) -> Observed {
    cluster().with_foreign(4, 1).with(scene).observed()
}

fn later(seconds: u64) -> At {
    NOW.plus(Millis::seconds(seconds))
}

fn judge(condition: &Condition, observed: &Observed) -> Holds {
    judge_with(condition, observed, false, &BTreeMap::new())
}

fn judge_with(
    condition: &Condition,
    observed: &Observed,
    budget_ended: bool,
    outputs: &BTreeMap<u16, Output>,
) -> Holds {
    let key = StepKey::parse(KEY).unwrap();
    condition.holds(&Context {
        observed,
        key: &key,
        sent_at: NOW,
        budget_ended,
        outputs,
    })
}

fn differs(holds: &Holds) -> (&str, &str, &str) {
    match holds {
        Holds::No(mismatch) => (&mismatch.what, &mismatch.planned, &mismatch.now),
        other => panic!("expected a mismatch, got {other:?}"),
    }
}

fn all_conditions() -> Vec<Condition> {
    let id = TaskManagerId::parse("sluice-1").unwrap();
    vec![
        Condition::JobIs {
            job: orders(),
            version: Version("v".into()),
        },
        Condition::JobRuns { job: orders() },
        Condition::RoomFor {
            job: orders(),
            slots: 1,
        },
        checkpoint(),
        bounds(1, 4),
        runs_at(4),
        Condition::TaskManagersAtMost(4),
        Condition::ClusterIs(Version("v".into())),
        Condition::OwnTaskManagerRegistered,
        Condition::IdleTaskManager {
            among: vec![id.clone()],
            or_busy: false,
        },
        Condition::TaskManagerIdle {
            id: Value::Known(id.clone()),
            or_busy: false,
        },
        Condition::TaskManagerGone { id: Value::Known(id) },
    ]
}

fn checkpoint() -> Condition {
    Condition::CheckpointCompleted { job: orders() }
}

fn bounds(lower: u32, upper: u32) -> Condition {
    let bounds = (1..=3)
        .map(|number| (vertex_id(number), Bounds { lower, upper }))
        .collect();
    Condition::BoundsAre {
        job: orders(),
        bounds,
    }
}

fn runs_at(parallelism: u32) -> Condition {
    let parallelism = (1..=3).map(|number| (vertex_id(number), parallelism)).collect();
    Condition::RunsAt {
        job: orders(),
        parallelism,
    }
}

#[test]
fn nothing_can_be_told_of_a_cluster_that_does_not_answer() {
    for condition in all_conditions() {
        assert_eq!(
            judge(&condition, &unreachable()),
            Holds::CannotTell,
            "{condition:?}"
        );
    }
}

#[test]
fn a_vanished_or_ended_job_is_a_no_for_every_condition_about_it() {
    let gone = cluster().with_foreign(4, 1).observed();
    let failed = on(job("orders").at(4).in_state(JobState::Failed));
    for condition in [
        bounds(1, 4),
        runs_at(4),
        checkpoint(),
        Condition::JobRuns { job: orders() },
    ] {
        assert_eq!(differs(&judge(&condition, &gone)), ("job", "there", "gone"));
        assert_eq!(
            differs(&judge(&condition, &failed)),
            ("state", "running", "failed")
        );
    }
}

#[test]
fn a_checkpoint_asked_for_by_key_completes() {
    let observed = on(job("orders")
        .with_checkpoint(118, later(1))
        .with_trigger(KEY, Trigger::Completed { id: 118 }));
    let done = Output::Checkpoint {
        id: 118,
        size_bytes: 3_100_000,
        duration: Millis(400),
    };
    assert_eq!(judge(&checkpoint(), &observed), Holds::Yes(done));
}

#[test]
fn a_completed_trigger_waits_for_its_numbers_until_the_budget_ends() {
    let observed = on(job("orders").with_trigger(KEY, Trigger::Completed { id: 118 }));
    assert_eq!(
        judge(&checkpoint(), &observed),
        Holds::NotYet(Progress::CheckpointUnderWay)
    );
    let ended = judge_with(&checkpoint(), &observed, true, &BTreeMap::new());
    assert!(ended.is_yes(), "{ended:?}");
}

#[test]
fn a_forgotten_trigger_is_proved_by_a_checkpoint_triggered_since() {
    let forgotten = job("orders").with_trigger(KEY, Trigger::NotKnown);
    let before = on(forgotten.clone().with_checkpoint(117, NOW.minus(Millis(1))));
    assert_eq!(judge(&checkpoint(), &before), Holds::NotYet(Progress::Waiting));
    let since = on(forgotten.with_checkpoint(118, NOW));
    assert!(judge(&checkpoint(), &since).is_yes());
}

#[test]
fn a_checkpoint_under_way_is_counted_and_a_failed_one_is_a_no() {
    let under_way = on(job("orders").with_trigger(KEY, Trigger::InProgress));
    assert_eq!(
        judge(&checkpoint(), &under_way),
        Holds::NotYet(Progress::CheckpointUnderWay)
    );
    let failed = on(job("orders").with_trigger(
        KEY,
        Trigger::Failed {
            why: "disk full".into(),
        },
    ));
    assert_eq!(
        differs(&judge(&checkpoint(), &failed)),
        ("checkpoint", "completed", "disk full")
    );
}

#[test]
fn a_step_never_sent_may_be_sent_and_one_that_cannot_be_told_may_not() {
    let untouched = judge(&checkpoint(), &on(job("orders")));
    assert!(untouched.lets_send());
    assert!(judge(&bounds(1, 4), &on(job("orders").at(1))).lets_send());
    assert!(!judge(&bounds(1, 4), &on(job("orders").at(4))).lets_send());
    assert!(!judge(&checkpoint(), &unreachable()).lets_send());
}

#[test]
fn other_bounds_are_named_as_people_name_them() {
    assert_eq!(
        judge(&bounds(1, 4), &on(job("orders").at(4))),
        Holds::Yes(Output::Nothing)
    );
    assert_eq!(
        differs(&judge(&bounds(1, 4), &on(job("orders").at(2)))),
        ("parallelism", "4", "2")
    );
    assert_eq!(
        differs(&judge(&bounds(1, 4), &on(job("orders").bounded(2, 4)))),
        ("bounds", "1-4", "2-4")
    );
}

#[test]
fn a_job_with_another_version_is_a_no() {
    let now = job("orders").at(2).done().version;
    let is = |version: &Version| Condition::JobIs {
        job: orders(),
        version: version.clone(),
    };
    assert_eq!(
        judge(&is(&now), &on(job("orders").at(2))),
        Holds::Yes(Output::Nothing)
    );
    assert_eq!(differs(&judge(&is(&now), &on(job("orders").at(3)))).0, "version");
}

#[test]
fn a_rescale_is_done_when_all_run_and_a_checkpoint_completed_since() {
    let scene = |running| job("orders").at(4).with_running(running);
    let subtasks = |running| Holds::NotYet(Progress::Subtasks { running, wanted: 12 });
    assert_eq!(judge(&runs_at(4), &on(scene(0))), subtasks(0));
    assert_eq!(judge(&runs_at(4), &on(scene(2))), subtasks(6));
    assert_eq!(
        judge(&runs_at(4), &on(scene(4))),
        Holds::NotYet(Progress::FirstCheckpoint)
    );
    let done = on(scene(4).with_checkpoint(118, later(3)));
    assert_eq!(judge(&runs_at(4), &done), Holds::Yes(Output::Parallelism(4)));
}

#[test]
fn subtasks_of_the_old_attempt_do_not_count() {
    let old = on(job("orders").at(1).bounded(1, 4).with_checkpoint(118, later(3)));
    assert_eq!(
        judge(&runs_at(4), &old),
        Holds::NotYet(Progress::Subtasks {
            running: 0,
            wanted: 12
        })
    );
    let restarting = on(job("orders")
        .at(4)
        .in_state(JobState::Restarting)
        .with_checkpoint(118, later(3)));
    assert!(matches!(judge(&runs_at(4), &restarting), Holds::NotYet(_)));
}

#[test]
fn waiting_for_a_parallelism_that_somebody_forbade_is_a_no() {
    assert_eq!(
        differs(&judge(&runs_at(4), &on(job("orders").at(2)))),
        ("parallelism", "4", "2")
    );
    assert_eq!(
        differs(&judge(&runs_at(1), &on(job("orders").bounded(3, 4)))),
        ("parallelism", "1", "3")
    );
}

#[test]
fn a_job_runs_when_every_subtask_does() {
    let runs = Condition::JobRuns { job: orders() };
    assert_eq!(
        judge(&runs, &on(job("orders").at(2))),
        Holds::Yes(Output::Parallelism(2))
    );
    let some = judge(&runs, &on(job("orders").at(2).with_running(1)));
    assert_eq!(
        some,
        Holds::NotYet(Progress::Subtasks {
            running: 3,
            wanted: 6
        })
    );
}

#[test]
fn room_is_what_the_other_jobs_leave() {
    let observed = cluster()
        .with_foreign(4, 1)
        .with(job("orders").at(2))
        .with(job("other").at(1))
        .observed();
    let room = |slots| judge(&Condition::RoomFor { job: orders(), slots }, &observed);
    assert!(room(3).is_yes());
    assert_eq!(differs(&room(4)), ("slots", "4", "3"));
}

#[test]
fn task_managers_are_counted() {
    let observed = cluster().with_foreign(2, 1).observed();
    assert!(judge(&Condition::TaskManagersAtMost(2), &observed).is_yes());
    assert_eq!(
        differs(&judge(&Condition::TaskManagersAtMost(1), &observed)),
        ("taskmanagers", "1", "2")
    );
    let version = observed.cluster.get().unwrap().version.clone();
    assert!(judge(&Condition::ClusterIs(version), &observed).is_yes());
    assert!(!judge(&Condition::ClusterIs(Version("other".into())), &observed).is_yes());
}

#[test]
fn a_started_task_manager_is_found_by_the_steps_key() {
    let mut observed = cluster().with_foreign(1, 1).observed();
    assert_eq!(
        judge(&Condition::OwnTaskManagerRegistered, &observed),
        Holds::NotYet(Progress::NotRegistered)
    );
    let own = TaskManagerId::of_step(&StepKey::parse(KEY).unwrap());
    if let crate::observed::Seen::Seen(cluster) = &mut observed.cluster {
        cluster.task_managers[0].id = own.clone();
    }
    assert_eq!(
        judge(&Condition::OwnTaskManagerRegistered, &observed),
        Holds::Yes(Output::TaskManager(own))
    );
}

fn id(text: &str) -> TaskManagerId {
    TaskManagerId::parse(text).unwrap()
}

fn idle(among: &[&str], or_busy: bool) -> Condition {
    Condition::IdleTaskManager {
        among: among.iter().map(|text| id(text)).collect(),
        or_busy,
    }
}

fn two_of_ours(tasks: u32) -> ClusterScene {
    cluster().with_ours(1, 1, tasks).with_ours(1, 1, tasks)
}

#[test]
fn an_idle_task_manager_is_named_and_never_twice() {
    let observed = two_of_ours(0).observed();
    let among = idle(&["sluice-1", "sluice-2"], false);
    assert_eq!(
        judge(&among, &observed),
        Holds::Yes(Output::TaskManager(id("sluice-1")))
    );
    let named = BTreeMap::from([(4, Output::TaskManager(id("sluice-1")))]);
    assert_eq!(
        judge_with(&among, &observed, false, &named),
        Holds::Yes(Output::TaskManager(id("sluice-2")))
    );
    let both = BTreeMap::from([
        (4, Output::TaskManager(id("sluice-1"))),
        (6, Output::TaskManager(id("sluice-2"))),
    ]);
    assert_eq!(
        differs(&judge_with(&among, &observed, false, &both)),
        ("taskmanagers", "2", "0")
    );
}

#[test]
fn one_that_is_gone_by_itself_is_named_first() {
    let observed = two_of_ours(0).observed();
    let among = idle(&["sluice-1", "sluice-9"], false);
    assert_eq!(
        judge(&among, &observed),
        Holds::Yes(Output::TaskManager(id("sluice-9")))
    );
}

#[test]
fn a_busy_one_is_named_only_at_the_end_of_the_budget_and_only_where_the_plan_says_so() {
    let observed = two_of_ours(3).observed();
    let among = |or_busy| idle(&["sluice-1", "sluice-2"], or_busy);
    let judge = |or_busy, ended| judge_with(&among(or_busy), &observed, ended, &BTreeMap::new());
    assert_eq!(judge(true, false), Holds::NotYet(Progress::TasksLeft(3)));
    assert_eq!(judge(false, false), Holds::NotYet(Progress::TasksLeft(3)));
    assert!(judge(true, true).is_yes());
    assert_eq!(
        differs(&judge(false, true)),
        ("tasks", "0", "3"),
        "so the bounds are put back"
    );
}

#[test]
fn the_task_manager_that_an_earlier_step_named_is_stopped_when_idle() {
    let from = |or_busy| Condition::TaskManagerIdle {
        id: Value::From { step: 4 },
        or_busy,
    };
    let outputs = BTreeMap::from([(4, Output::TaskManager(id("sluice-1")))]);
    let busy = two_of_ours(2).observed();
    assert_eq!(
        judge_with(&from(false), &busy, false, &outputs),
        Holds::NotYet(Progress::TasksLeft(2))
    );
    assert!(judge_with(&from(true), &busy, false, &outputs).is_yes());
    assert_eq!(
        judge(&from(false), &busy),
        Holds::CannotTell,
        "no step has named one"
    );
    let gone = Condition::TaskManagerGone {
        id: Value::From { step: 4 },
    };
    assert_eq!(
        judge_with(&gone, &busy, false, &outputs),
        Holds::NotYet(Progress::Waiting)
    );
    assert!(judge_with(&gone, &cluster().observed(), false, &outputs).is_yes());
}

#[test]
fn a_persons_word_never_comes_from_looking() {
    assert_eq!(
        judge(&Condition::PersonSaid, &unreachable()),
        Holds::NotYet(Progress::Waiting)
    );
}
