//! `/overview`, `/config`, `/jobmanager/config`, `/taskmanagers`.

use super::refusals::no_taskmanager;
use super::{Answer, Request};
use crate::flink::Status;
use crate::flink::model::metrics::Component;
use crate::flink::model::slots::{Slot, TaskManager};
use crate::flink::model::{Cluster, Scheduler, Settings};
use serde_json::{Value, json};

/// Resources of one slot as the samples show them: a TaskManager of 1024 MB with two slots.
const SLOT_HEAP_MB: usize = 12;
const SLOT_MANAGED_MB: usize = 115;
const SLOT_NETWORK_MB: usize = 32;
/// `heartbeat.interval`, in ms.
const HEARTBEAT_MS: u64 = 10_000;

pub(super) fn overview(cluster: &mut Cluster, _: &Request) -> Answer {
    let slots: usize = cluster
        .taskmanagers
        .iter()
        .map(|taskmanager| taskmanager.slots.len())
        .sum();
    let free: usize = cluster.taskmanagers.iter().map(TaskManager::free_slots).sum();
    let ended = |status: Status| cluster.jobs.iter().filter(|job| job.status() == status).count();
    let running = cluster.jobs.iter().filter(|job| !job.status().is_over()).count();
    let body = json!({
        "taskmanagers": cluster.taskmanagers.len(),
        "slots-total": slots,
        "slots-available": free,
        "jobs-running": running,
        "jobs-finished": ended(Status::Finished),
        "jobs-cancelled": ended(Status::Canceled),
        "jobs-failed": ended(Status::Failed),
        "flink-version": "2.3.0",
        "flink-commit": "c0f8d1a",
    });
    Ok((200, body))
}

pub(super) fn config(cluster: &mut Cluster, _: &Request) -> Answer {
    let body = json!({
        "refresh-interval": cluster.settings.web_refresh,
        "timezone-name": "Coordinated Universal Time",
        "timezone-offset": 0,
        "flink-version": "2.3.0",
        "flink-revision": "c0f8d1a @ 2026-06-14T16:29:03+02:00",
        "features": {
            "web-submit": true,
            "web-cancel": true,
            "web-rescale": cluster.settings.scheduler == Scheduler::Adaptive,
            "web-history": false,
        },
    });
    Ok((200, body))
}

/// Only what was set: where the fake has Flink's default the key is absent, as live.
pub(super) fn jobmanager_config(cluster: &mut Cluster, _: &Request) -> Answer {
    let (now, usual) = (&cluster.settings, Settings::default());
    let adaptive = "jobmanager.adaptive-scheduler";
    let timings = [
        (
            "submission.resource-wait-timeout",
            now.submission_wait,
            usual.submission_wait,
        ),
        (
            "submission.resource-stabilization-timeout",
            now.submission_stabilization,
            usual.submission_stabilization,
        ),
        ("executing.cooldown-after-rescaling", now.cooldown, usual.cooldown),
        (
            "executing.resource-stabilization-timeout",
            now.executing_stabilization,
            usual.executing_stabilization,
        ),
    ];
    let set = timings.into_iter().filter(|(_, value, default)| value != default);
    let mut entries: Vec<Value> = set
        .map(|(key, value, _)| entry(&format!("{adaptive}.{key}"), &format!("{value} ms")))
        .collect();
    if let Some(delay) = now.max_delay {
        entries.push(entry(
            &format!("{adaptive}.rescale-trigger.max-delay"),
            &format!("{delay} ms"),
        ));
    }
    if now.slot_idle != usual.slot_idle {
        entries.push(entry("slot.idle.timeout", &now.slot_idle.to_string()));
    }
    if now.scheduler == Scheduler::Adaptive {
        entries.push(entry("jobmanager.scheduler", "adaptive"));
    }
    entries.push(entry(
        "web.adaptive-scheduler.rescale-history.size",
        &now.rescale_history.to_string(),
    ));
    entries.push(entry(
        "metrics.fetcher.update-interval",
        &now.metrics_update.to_string(),
    ));
    entries.push(entry("rest.address", "localhost"));
    entries.push(entry("state.backend.type", "hashmap"));
    Ok((200, Value::Array(entries)))
}

fn entry(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": value })
}

pub(super) fn taskmanagers(cluster: &mut Cluster, _: &Request) -> Answer {
    let all: Vec<Value> = cluster
        .taskmanagers
        .iter()
        .map(|taskmanager| summary(cluster, taskmanager))
        .collect();
    Ok((200, json!({ "taskmanagers": all })))
}

pub(super) fn taskmanager(cluster: &mut Cluster, request: &Request) -> Answer {
    cluster.touch_metrics();
    let id = request.of("taskmanagerid");
    let found = cluster.taskmanager(id).ok_or_else(|| no_taskmanager(id))?;
    let mut body = summary(cluster, found);
    body["allocatedSlots"] = found
        .slots
        .iter()
        .filter(|slot| slot.holder.is_some())
        .map(allocated)
        .collect();
    body["metrics"] = jvm(cluster, id);
    Ok((200, body))
}

fn summary(cluster: &Cluster, taskmanager: &TaskManager) -> Value {
    let now = cluster.now;
    let slots = taskmanager.slots.len();
    json!({
        "id": taskmanager.id,
        "path": format!("pekko.tcp://flink@localhost:{}/user/rpc/taskmanager_0", taskmanager.port),
        "dataPort": taskmanager.port,
        "jmxPort": -1,
        "timeSinceLastHeartbeat": last_heartbeat(taskmanager, now),
        "slotsNumber": slots,
        "freeSlots": taskmanager.free_slots(),
        "assignedTasks": cluster.told_tasks(taskmanager),
        "totalResource": resource(slots),
        "freeResource": resource(taskmanager.free_slots()),
        "hardware": {
            "cpuCores": 2,
            "physicalMemory": 25_276_502_016_u64,
            "freeMemory": 161_480_704,
            "managedMemory": 241_591_914,
        },
        "memoryConfiguration": {
            "frameworkHeap": 134_217_728,
            "taskHeap": 26_843_542,
            "frameworkOffHeap": 134_217_728,
            "taskOffHeap": 0,
            "networkMemory": 67_108_864,
            "managedMemory": 241_591_914,
            "jvmMetaspace": 268_435_456,
            "jvmOverhead": 201_326_592,
            "totalFlinkMemory": 603_979_776,
            "totalProcessMemory": 1_073_741_824,
        },
    })
}

/// An epoch time in spite of its name; 0 right after registering.
fn last_heartbeat(taskmanager: &TaskManager, now: u64) -> u64 {
    let until = taskmanager.killed.unwrap_or(now);
    let age = until - taskmanager.registered;
    if age == 0 { 0 } else { until - age % HEARTBEAT_MS }
}

fn resource(slots: usize) -> Value {
    json!({
        "cpuCores": f64::from(u32::try_from(slots).unwrap_or(u32::MAX)),
        "taskHeapMemory": SLOT_HEAP_MB * slots,
        "taskOffHeapMemory": 0,
        "managedMemory": SLOT_MANAGED_MB * slots,
        "networkMemory": SLOT_NETWORK_MB * slots,
        "extendedResources": {},
    })
}

fn allocated(slot: &Slot) -> Value {
    json!({ "jobId": slot.holder, "resource": resource(1), "assignedTasks": slot.tasks })
}

fn jvm(cluster: &Cluster, id: &str) -> Value {
    let known = cluster.metrics_of(&Component::TaskManager(id.to_owned()));
    let number = |name: &str| -> u64 {
        known
            .and_then(|known| known.values.get(name)?.parse().ok())
            .unwrap_or_default()
    };
    let collector = |name: &str| {
        json!({
            "name": name,
            "count": number(&format!("Status.JVM.GarbageCollector.{name}.Count")),
            "time": number(&format!("Status.JVM.GarbageCollector.{name}.Time")),
        })
    };
    json!({
        "heapUsed": number("Status.JVM.Memory.Heap.Used"),
        "heapCommitted": number("Status.JVM.Memory.Heap.Committed"),
        "heapMax": number("Status.JVM.Memory.Heap.Max"),
        "nonHeapUsed": number("Status.JVM.Memory.NonHeap.Used"),
        "nonHeapCommitted": number("Status.JVM.Memory.NonHeap.Committed"),
        "nonHeapMax": number("Status.JVM.Memory.NonHeap.Max"),
        "directCount": number("Status.JVM.Memory.Direct.Count"),
        "directUsed": number("Status.JVM.Memory.Direct.MemoryUsed"),
        "directMax": number("Status.JVM.Memory.Direct.TotalCapacity"),
        "mappedCount": number("Status.JVM.Memory.Mapped.Count"),
        "mappedUsed": number("Status.JVM.Memory.Mapped.MemoryUsed"),
        "mappedMax": number("Status.JVM.Memory.Mapped.TotalCapacity"),
        "nettyShuffleMemorySegmentsAvailable": number("Status.Shuffle.Netty.AvailableMemorySegments"),
        "nettyShuffleMemorySegmentsUsed": number("Status.Shuffle.Netty.UsedMemorySegments"),
        "nettyShuffleMemorySegmentsTotal": number("Status.Shuffle.Netty.TotalMemorySegments"),
        "nettyShuffleMemoryAvailable": number("Status.Shuffle.Netty.AvailableMemory"),
        "nettyShuffleMemoryUsed": number("Status.Shuffle.Netty.UsedMemory"),
        "nettyShuffleMemoryTotal": number("Status.Shuffle.Netty.TotalMemory"),
        "garbageCollectors":
            [collector("All"), collector("G1_Young_Generation"), collector("G1_Old_Generation")],
    })
}
