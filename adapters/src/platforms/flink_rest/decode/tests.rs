//! Answers of a real Flink 2.3.0, and the odd ones that others give.

use serde::de::DeserializeOwned;
use serde_json::json;

use super::*;
use crate::platforms::flink_rest::tests::sample;

fn read<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_slice(&sample(name)).unwrap()
}

#[test]
fn a_running_job_is_read_whole() {
    let details: wire::JobDetails = read("job_running");
    let vertices = vertices(&details).unwrap();
    let [source, burn] = vertices.as_slice() else {
        panic!("{vertices:?}")
    };
    assert_eq!(
        (source.name.as_str(), source.parallelism, source.running),
        ("Source: datagen", 2, 2)
    );
    assert_eq!(
        (burn.max_parallelism, burn.inputs.as_slice()),
        (120, [source.id.clone()].as_slice())
    );
    assert_eq!(source.slot_sharing_group, burn.slot_sharing_group);
    assert_eq!(running_since(&details), Some(At(1_795_331_280_161)));
    assert!(details.vertices[1].metrics.read_records_complete);
    assert!(
        details.vertices[1]
            .metrics
            .read_records
            .0
            .is_some_and(|records| records > 0.0)
    );
}

#[test]
fn a_job_on_its_way_to_four_shows_four_of_which_two_run() {
    let details: wire::JobDetails = read("job_restarting_to_p4");
    let vertices = vertices(&details).unwrap();
    assert_eq!(
        vertices
            .iter()
            .map(|v| (v.parallelism, v.running))
            .collect::<Vec<_>>(),
        [(4, 2), (4, 2)]
    );
    assert!(!details.vertices[0].metrics.write_records_complete);
}

#[test]
fn a_taskmanager_tells_its_tasks_since_2_3_and_its_slots_before() {
    let listed: wire::TaskManagers = read("taskmanagers_busy");
    let seen = task_managers(listed.taskmanagers).unwrap().remove(0);
    assert_eq!(
        (seen.slots, seen.assigned_tasks, seen.host.as_str()),
        (2, 4, "localhost")
    );
    assert_eq!((seen.host_cores, seen.host_memory_bytes), (2, 25_276_502_016));
    assert_eq!(seen.process_memory_bytes, 1 << 30);

    let older = |free: u32| -> TaskManager {
        let listed = json!({ "id": "a:1-2", "path": "akka.tcp://flink@[::1]:1/x", "slotsNumber": 4, "freeSlots": free });
        task_manager(serde_json::from_value(listed).unwrap()).unwrap()
    };
    assert_eq!((older(4).assigned_tasks, older(3).assigned_tasks), (0, 1));
    assert_eq!(older(4).host, "[::1]");
}

#[test]
fn a_taskmanager_is_there_once_it_offers_slots() {
    let just = json!({ "taskmanagers": [{ "id": "sluice-1", "slotsNumber": 0, "freeSlots": 0, "assignedTasks": 0 }] });
    let listed: wire::TaskManagers = serde_json::from_value(just).unwrap();
    assert_eq!(task_managers(listed.taskmanagers).unwrap(), []);
}

#[test]
fn checkpoints_are_read_and_their_absence_too() {
    let seen = checkpoints(
        Some(read("checkpoints_config")),
        read("checkpoints"),
        BTreeMap::new(),
    );
    assert_eq!(seen.interval, Some(Millis::seconds(5)));
    assert_eq!((seen.completed, seen.failed), (8, 0));
    let last = seen.last_completed.unwrap();
    assert_eq!(
        (last.id, last.duration, last.size_bytes),
        (8, Millis(16_325), 22_250)
    );

    let off = checkpoints(
        Some(read("checkpoints_config_not_enabled")),
        read("checkpoints_not_enabled"),
        BTreeMap::new(),
    );
    assert_eq!((off.interval, off.last_completed), (None, None));
    assert_eq!(
        checkpoints(None, wire::CheckpointStatistics::default(), BTreeMap::new()).interval,
        None
    );

    let killed = checkpoints(
        Some(read("checkpoints_config")),
        read("checkpoints_after_kill"),
        BTreeMap::new(),
    );
    assert!(killed.failed > 0 && killed.last_failure.is_some());
}

#[test]
fn a_failed_checkpoint_is_called_completed_by_flink_and_failed_by_us() {
    let of = |value: serde_json::Value| trigger(Some(serde_json::from_value(value).unwrap()));
    assert_eq!(trigger(None), Trigger::NotKnown);
    assert_eq!(trigger(Some(read("savepoint_in_progress"))), Trigger::InProgress);
    assert_eq!(
        trigger(Some(read("checkpoint_trigger_completed"))),
        Trigger::Completed { id: 21 }
    );
    for spelling in ["failureCause", "failure-cause"] {
        let cause =
            json!({ "class": "x", "stack-trace": "a.b.XException: c.d.YException: disk full\n\tat z" });
        let failed = of(json!({ "status": { "id": "COMPLETED" }, "operation": { spelling: cause } }));
        assert_eq!(
            failed,
            Trigger::Failed {
                why: "disk full".to_owned()
            }
        );
    }
    assert_eq!(
        of(json!({ "status": { "id": "COMPLETED" }, "operation": null })),
        Trigger::Failed { why: String::new() }
    );
}

#[test]
fn the_scheduler_is_told_by_the_job_or_by_the_cluster() {
    let none = Settings::default();
    let reactive = Settings::new(vec![wire::Setting {
        key: "scheduler-mode".to_owned(),
        value: "REACTIVE".to_owned(),
    }]);
    for (of_job, web_rescale, settings, expected) in [
        (Some("Adaptive"), true, &none, Scheduler::Adaptive),
        (Some("Adaptive"), false, &none, Scheduler::Reactive),
        (Some("Default"), true, &none, Scheduler::Other),
        (Some("AdaptiveBatch"), false, &none, Scheduler::Other),
        (None, true, &none, Scheduler::Adaptive),
        (None, false, &none, Scheduler::Other),
        (None, false, &reactive, Scheduler::Reactive),
    ] {
        assert_eq!(
            scheduler(of_job, web_rescale, settings),
            expected,
            "{of_job:?} {web_rescale}"
        );
    }
}

#[test]
fn a_state_or_a_name_of_any_kind_is_survived() {
    assert_eq!(job_state("RESTARTING"), JobState::Restarting);
    assert_eq!(job_state("DANCING"), JobState::Unknown);
    assert_eq!(job_name("a\nb").unwrap().as_str(), "a b");
    assert_eq!(job_name("").unwrap().as_str(), "(no name)");
    assert_eq!(job_name(&"x".repeat(1000)).unwrap().as_str().len(), 256);
}

#[test]
fn versions_do_not_depend_on_the_order_of_a_list() {
    let listed: wire::TaskManagers = read("taskmanagers_busy");
    let one = task_managers(listed.taskmanagers).unwrap().remove(0);
    let other = TaskManager {
        id: TaskManagerId::parse("other").unwrap(),
        ..one.clone()
    };
    let version =
        |list: &[&TaskManager]| cluster_version(&list.iter().map(|tm| (*tm).clone()).collect::<Vec<_>>());
    assert_eq!(version(&[&one, &other]), version(&[&other, &one]));
    assert_ne!(version(&[&one]), version(&[&one, &other]));
}

#[test]
fn bounds_are_read_for_every_vertex() {
    let seen = bounds(read("resource_requirements_p4")).unwrap();
    assert_eq!(seen.len(), 2);
    assert!(
        seen.values()
            .all(|bounds| *bounds == Bounds { lower: 1, upper: 4 })
    );
}

#[test]
fn numbers_may_be_text_and_nan() {
    let number = |value: serde_json::Value| serde_json::from_value::<wire::Number>(value).unwrap().0;
    assert_eq!(number(json!(1.5)), Some(1.5));
    assert_eq!(number(json!("1000.0")), Some(1000.0));
    assert_eq!(number(json!("-9223372036854775808")), Some(i64::MIN as f64));
    for value in [
        json!("NaN"),
        json!("Infinity"),
        json!(null),
        json!("true"),
        json!({}),
    ] {
        assert_eq!(number(value), None);
    }
}
