//! The whole API against the fake Flink: what a look sees, and what a change leaves behind when its answer is lost.

use std::collections::BTreeMap;
use std::time::Duration;

use approvals::ports::Fault;
use commands::names::{JobId, Millis, StepKey, VertexId};
use commands::observed::{Bounds, Cluster, JobState, Scheduler, Trigger};
use commands::plan::Action;
use fakes::calls::{Aim, Misbehaviour};
use fakes::flink::{FakeFlink, Settings, changing_bounds, job, triggering_a_checkpoint};
use url::Url;

use super::FlinkRest;
use super::encode::encode;
use crate::http::{Client, Config, Limits, Reach};

/// An answer that a real Flink 2.3.0 gave.
pub fn sample(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fakes/data/flink/samples");
    std::fs::read(format!("{folder}/{name}.json")).unwrap()
}

const KEY: &str = "0123456789abcdef0123456789abcdef";

pub fn key() -> StepKey {
    StepKey::parse(KEY).unwrap()
}

pub fn client_of(flink: &FakeFlink) -> Client {
    let limits = Limits {
        read: Duration::from_millis(500),
        ..Limits::default()
    };
    Client::new(Config {
        base: Url::parse(&flink.url()).unwrap(),
        reach: Reach::Loopback,
        limits,
    })
    .unwrap()
}

fn rest(flink: &FakeFlink) -> FlinkRest {
    FlinkRest::new(client_of(flink))
}

fn id_of(flink: &FakeFlink, name: &str) -> JobId {
    JobId::parse(&flink.job_id(name)).unwrap()
}

async fn seen(flink: &FakeFlink) -> Cluster {
    rest(flink).look(&[]).await.unwrap()
}

/// New bounds for the job `orders`, every vertex alike.
fn bounds(flink: &FakeFlink, upper: u32) -> Action {
    let of_vertex =
        |vertex: &fakes::flink::Vertex| (VertexId::parse(&vertex.id).unwrap(), Bounds { lower: 1, upper });
    Action::SetBounds {
        job: id_of(flink, "orders"),
        bounds: flink.vertices("orders").iter().map(of_vertex).collect(),
    }
}

async fn change(flink: &FakeFlink, action: &Action) -> Result<(), Fault> {
    rest(flink).change(&encode(action, &key()).unwrap()).await
}

async fn two_wide() -> FakeFlink {
    let flink = FakeFlink::start().await;
    flink
        .with_taskmanagers(2, 2)
        .runs(job("orders").parallelism(2).max_parallelism(120));
    flink
}

#[tokio::test]
async fn a_look_sees_the_cluster_and_its_jobs() {
    let flink = two_wide().await;
    flink.advance(Duration::from_secs(60));
    let cluster = seen(&flink).await;
    assert_eq!(cluster.flink_version, "2.3.0");
    assert_eq!(cluster.slots(), 4);
    assert_eq!(
        cluster
            .task_managers
            .iter()
            .map(|tm| tm.id.as_str())
            .collect::<Vec<_>>(),
        ["tm-1", "tm-2"]
    );
    assert!(
        cluster
            .task_managers
            .iter()
            .all(|tm| !tm.ours && tm.host_cores > 0 && tm.host_memory_bytes > 0)
    );

    let [orders] = cluster.jobs.as_slice() else {
        panic!("{:?}", cluster.jobs)
    };
    assert_eq!(orders.name.as_str(), "orders");
    assert_eq!(
        (orders.state, orders.scheduler),
        (JobState::Running, Scheduler::Adaptive)
    );
    assert_eq!((orders.parallelism(), orders.max_parallelism()), (2, 120));
    assert!(orders.all_running());
    assert_eq!(orders.bounds.as_ref().unwrap().len(), orders.vertices.len());
    assert!(orders.vertices[0].inputs.is_empty());
    assert_eq!(orders.vertices[1].inputs, [orders.vertices[0].id.clone()]);
    assert!(orders.checkpoints.interval.is_some() && orders.checkpoints.last_completed.is_some());
    flink.assert_lawful();
}

#[tokio::test]
async fn the_version_moves_with_the_bounds_and_the_taskmanagers() {
    let flink = two_wide().await;
    let before = seen(&flink).await;
    assert_eq!(seen(&flink).await.jobs[0].version, before.jobs[0].version);
    flink.somebody_sets_bounds("orders", 1, 3);
    flink.register_taskmanager("tm-3", 2);
    let after = seen(&flink).await;
    assert_ne!(after.jobs[0].version, before.jobs[0].version);
    assert_ne!(after.version, before.version);
}

#[tokio::test]
async fn a_scheduler_without_bounds_is_not_asked_for_them() {
    let flink = FakeFlink::start().await;
    flink.configured(Settings {
        scheduler: fakes::flink::Scheduler::Default,
        ..Settings::default()
    });
    flink.with_taskmanagers(1, 2).runs(job("orders").parallelism(2));
    let cluster = seen(&flink).await;
    assert_eq!(cluster.jobs[0].scheduler, Scheduler::Other);
    assert_eq!(cluster.jobs[0].bounds, None);
    assert!(
        !flink
            .calls()
            .iter()
            .any(|call| call.path.ends_with("resource-requirements"))
    );
    flink.assert_lawful();
}

#[tokio::test]
async fn a_job_without_checkpointing_has_no_interval() {
    let flink = FakeFlink::start().await;
    flink
        .with_taskmanagers(1, 2)
        .runs(job("orders").parallelism(2).without_checkpoints());
    assert_eq!(seen(&flink).await.jobs[0].checkpoints.interval, None);
}

#[tokio::test]
async fn a_checkpoint_that_was_asked_for_is_followed_by_its_key() {
    let flink = two_wide().await;
    let orders = id_of(&flink, "orders");
    let wanted = [(orders.clone(), key())];
    let trigger = async || {
        let cluster = rest(&flink).look(&wanted).await.unwrap();
        cluster.jobs[0].checkpoints.triggers[KEY].clone()
    };
    assert_eq!(trigger().await, Trigger::NotKnown);
    let checkpoint = Action::Checkpoint { job: orders.clone() };
    change(&flink, &checkpoint).await.unwrap();
    change(&flink, &checkpoint).await.unwrap();
    assert_eq!(trigger().await, Trigger::InProgress);
    assert_eq!(
        flink.effects().len(),
        1,
        "the key makes two requests one checkpoint"
    );
    flink.advance(Duration::from_secs(60));
    assert!(matches!(trigger().await, Trigger::Completed { .. }));
    flink.assert_lawful();
}

#[tokio::test]
async fn a_checkpoint_that_failed_says_why() {
    let flink = two_wide().await;
    flink.next_checkpoints_fail("orders", 1, "disk full");
    let orders = id_of(&flink, "orders");
    change(&flink, &Action::Checkpoint { job: orders.clone() })
        .await
        .unwrap();
    flink.advance(Duration::from_secs(20));
    let cluster = rest(&flink).look(&[(orders, key())]).await.unwrap();
    let Trigger::Failed { why } = &cluster.jobs[0].checkpoints.triggers[KEY] else {
        panic!("{:?}", cluster.jobs[0].checkpoints)
    };
    assert!(why.contains("disk full"), "{why}");
}

#[tokio::test]
async fn new_bounds_are_accepted_and_then_seen() {
    let flink = two_wide().await;
    change(&flink, &bounds(&flink, 4)).await.unwrap();
    let cluster = seen(&flink).await;
    assert_eq!(cluster.jobs[0].wanted_parallelism(), 4);
    assert_eq!(cluster.jobs[0].parallelism(), 2, "accepted is not done");
    flink.advance(Duration::from_secs(120));
    assert_eq!(seen(&flink).await.jobs[0].parallelism(), 4);
    flink.assert_lawful();
}

#[tokio::test]
async fn bounds_above_the_max_parallelism_are_refused_in_flinks_words() {
    let flink = two_wide().await;
    let Err(Fault::Rejected { code, said, .. }) = change(&flink, &bounds(&flink, 999)).await else {
        panic!("not refused")
    };
    assert_eq!(code, "BAD_REQUEST");
    assert!(
        said.contains("999") && !said.contains("Exception") && !said.contains("\tat"),
        "{said}"
    );
}

#[tokio::test]
async fn bounds_of_a_job_that_ended_are_refused() {
    let flink = two_wide().await;
    let bounds = bounds(&flink, 4);
    flink.job_ends("orders", fakes::flink::Status::Canceled);
    flink.advance(Duration::from_secs(10));
    assert!(matches!(
        change(&flink, &bounds).await,
        Err(Fault::Rejected {
            code: "NO_SUCH_JOB",
            ..
        })
    ));
    assert_eq!(seen(&flink).await.jobs, []);
}

#[tokio::test]
async fn a_change_whose_answer_is_lost_is_unknown_whether_it_was_done_or_not() {
    for (deed, done) in [
        (Misbehaviour::LoseRequest, 0),
        (Misbehaviour::LoseAnswer, 1),
        (Misbehaviour::CutAnswerShort, 1),
        (Misbehaviour::Garbled, 1),
        (
            Misbehaviour::InternalError("java.lang.IllegalStateException: odd".to_owned()),
            0,
        ),
        (Misbehaviour::Slow(Duration::from_secs(3600)), 1),
    ] {
        let flink = two_wide().await;
        flink.next_call(changing_bounds(), deed.clone());
        let outcome = change(&flink, &bounds(&flink, 4)).await;
        assert!(
            matches!(outcome, Err(Fault::Unknown { .. })),
            "{deed:?}: {outcome:?}"
        );
        assert_eq!(flink.effects().len(), done, "{deed:?}");
    }
}

#[tokio::test]
async fn a_change_that_was_surely_not_done_may_be_tried_again() {
    let flink = two_wide().await;
    let checkpoint = Action::Checkpoint {
        job: id_of(&flink, "orders"),
    };
    flink.next_call(triggering_a_checkpoint(), Misbehaviour::Unavailable);
    assert!(matches!(
        change(&flink, &checkpoint).await,
        Err(Fault::Transient { .. })
    ));
    flink.goes_down();
    assert!(matches!(
        change(&flink, &checkpoint).await,
        Err(Fault::Transient { .. })
    ));
    assert_eq!(flink.effects(), []);
    flink.comes_back();
    change(&flink, &checkpoint).await.unwrap();
}

#[tokio::test]
async fn a_cluster_of_which_a_part_cannot_be_read_was_not_seen() {
    let flink = two_wide().await;
    let aim = || Aim::at("GET", "/jobs/{jobid}/checkpoints");
    flink.next_call(
        aim(),
        Misbehaviour::InternalError("java.lang.IllegalStateException: odd".to_owned()),
    );
    let missed = rest(&flink).look(&[]).await.unwrap_err().to_string();
    assert!(missed.contains("/checkpoints: status 500"), "{missed}");
    flink.next_call(aim(), Misbehaviour::Garbled);
    assert!(rest(&flink).look(&[]).await.is_err());
    flink.next_call(aim(), Misbehaviour::LoseAnswer);
    assert!(rest(&flink).look(&[]).await.is_ok(), "a look is asked once more");
    flink.goes_down();
    let missed = rest(&flink).look(&[]).await.unwrap_err().to_string();
    assert!(
        missed.contains("no connection: ") && missed.contains("refused"),
        "{missed}"
    );
}

#[tokio::test]
async fn the_schedulers_own_times_are_read() {
    let flink = FakeFlink::start().await;
    flink.configured(Settings::tuned()).with_taskmanagers(1, 2);
    flink.runs(
        job("orders")
            .parallelism(2)
            .with_checkpoints_every(Duration::from_secs(3)),
    );
    let cluster = seen(&flink).await;
    assert_eq!(cluster.jobs[0].rescale_times.cooldown, Millis::seconds(1));
    assert_eq!(cluster.jobs[0].rescale_times.max_delay, Millis::seconds(1));
    assert_eq!(cluster.jobs[0].rescale_times.stabilization, Millis::seconds(2));
}

#[tokio::test]
async fn a_taskmanager_that_is_late_to_tell_its_tasks_is_not_taken_for_idle() {
    let flink = FakeFlink::start().await;
    flink.with_taskmanagers(2, 2).runs(job("orders").parallelism(2));
    let mut cluster = seen(&flink).await;
    let busy: Vec<bool> = cluster
        .task_managers
        .iter()
        .map(|tm| tm.assigned_tasks > 0)
        .collect();
    assert!(busy.contains(&true));
    // As right after the job widened: no heartbeat has told of the tasks, and no slot is free.
    let mut free_slots = BTreeMap::new();
    for task_manager in &mut cluster.task_managers {
        task_manager.assigned_tasks = 0;
        free_slots.insert(task_manager.id.to_string(), 0);
    }
    rest(&flink)
        .settle_idle(&mut cluster.task_managers, &free_slots, &cluster.jobs)
        .await
        .unwrap();
    let settled: Vec<bool> = cluster
        .task_managers
        .iter()
        .map(|tm| tm.assigned_tasks > 0)
        .collect();
    assert_eq!(settled, busy);
    flink.assert_lawful();
}

#[tokio::test]
async fn a_taskmanager_whose_slots_are_not_given_back_yet_is_idle_when_its_tasks_are_gone() {
    let flink = FakeFlink::start().await;
    flink
        .with_taskmanagers(2, 1)
        .empties_first("tm-2")
        .runs(job("orders").parallelism(2));
    flink.somebody_sets_bounds("orders", 1, 1);
    flink.advance(Duration::from_secs(60));
    let cluster = seen(&flink).await;
    let tasks: BTreeMap<_, _> = cluster
        .task_managers
        .iter()
        .map(|tm| (tm.id.as_str(), tm.assigned_tasks))
        .collect();
    assert_eq!(tasks["tm-2"], 0);
    assert!(tasks["tm-1"] > 0);
    flink.assert_lawful();
}
