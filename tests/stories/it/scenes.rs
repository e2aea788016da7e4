//! What is there when a story begins.

use std::time::Duration;

use approvals::policy::Escalation;
use commands::names::{Group, Millis};
use fakes::flink::{FakeFlink, Job, Settings, job};
use stories::{Launching, Layout, Manner, Road, Scene, World, needs};

/// A job that lives on and makes no checkpoint of its own while a story lasts: none comes in between and proves a step
/// done that was not sent.
fn quiet_job(name: &str) -> Job {
    job(name)
        .with_checkpoints_every(Duration::from_secs(3_600))
        .running_for(Duration::from_secs(3_600))
}

/// `orders` at parallelism 1, three times too slow, with room for four and more.
pub async fn orders_falls_behind() -> Scene {
    let orders = quiet_job("orders")
        .parallelism(1)
        .arriving(600.0)
        .capacity_per_subtask(200.0)
        .backlog(20_000);
    Scene {
        flink: cluster(2, 4, [orders]).await,
        layout: Layout::default(),
    }
}

/// The same, with a checkpoint of Flink's own now and then.
pub async fn orders_makes_checkpoints() -> Scene {
    let orders = quiet_job("orders")
        .with_checkpoints_every(Duration::from_secs(6))
        .parallelism(1)
        .arriving(600.0)
        .capacity_per_subtask(200.0);
    Scene {
        flink: cluster(2, 4, [orders]).await,
        layout: Layout::default(),
    }
}

/// `orders` at parallelism 4, which is more than it needs.
pub async fn orders_has_too_much() -> Scene {
    let orders = quiet_job("orders")
        .parallelism(4)
        .arriving(150.0)
        .capacity_per_subtask(200.0);
    Scene {
        flink: cluster(2, 4, [orders]).await,
        layout: Layout::default(),
    }
}

/// A tuned cluster of strangers' TaskManagers with these jobs.
async fn cluster(task_managers: u32, slots: u32, jobs: impl IntoIterator<Item = Job>) -> FakeFlink {
    cluster_tuned(Settings::tuned(), task_managers, slots, jobs).await
}

/// The same, where no look at a job is old: right after a TaskManager went, its job is seen to restart.
async fn cluster_without_delay(jobs: impl IntoIterator<Item = Job>) -> FakeFlink {
    let settings = Settings {
        web_refresh: 0,
        ..Settings::tuned()
    };
    cluster_tuned(settings, 1, 1, jobs).await
}

async fn cluster_tuned(
    settings: Settings,
    task_managers: u32,
    slots: u32,
    jobs: impl IntoIterator<Item = Job>,
) -> FakeFlink {
    let flink = FakeFlink::start().await;
    flink
        .configured(Settings {
            max_delay: None,
            ..settings
        })
        .with_taskmanagers(task_managers, slots);
    for job in jobs {
        flink.runs(job);
    }
    flink
}

/// Two jobs, both slow, on a cluster with room for both.
pub async fn two_jobs_fall_behind() -> Scene {
    let slow = |name: &str| {
        quiet_job(name)
            .parallelism(1)
            .arriving(600.0)
            .capacity_per_subtask(200.0)
    };
    Scene {
        flink: cluster(2, 4, [slow("orders"), slow("clicks")]).await,
        layout: Layout::default(),
    }
}

/// As [`orders_falls_behind`], and two of the owners must say yes.
pub async fn two_must_say_yes() -> Scene {
    let scene = orders_falls_behind().await;
    Scene {
        layout: Layout {
            policy: needs(&[(2, "owners")]),
            ..scene.layout
        },
        ..scene
    }
}

/// As [`orders_falls_behind`], for a vote of a minute: a reminder every twenty seconds, the leads woken after half of it.
pub async fn voters_are_reminded() -> Scene {
    let mut scene = orders_falls_behind().await;
    for rule in &mut scene.layout.policy.rules {
        rule.vote_within = Millis::seconds(60);
        rule.remind_every = Some(Millis::seconds(20));
        rule.escalate = Some(Escalation {
            after: Millis::seconds(30),
            to: Group::parse("leads").expect("a group's name"),
        });
    }
    scene
}

/// This host may carry TaskManagers of one slot each, and carries so many already.
fn launching(already: u8) -> Layout {
    Layout {
        launching: Some(Launching {
            java: env!("CARGO_BIN_EXE_java").into(),
            slots: 1,
            max: 4,
            already,
        }),
        ..Layout::default()
    }
}

/// `orders` runs on the one slot there is and may take two.
pub async fn orders_could_use_another_slot() -> Scene {
    let orders = quiet_job("orders")
        .parallelism(1)
        .bounds(1, 2)
        .arriving(600.0)
        .capacity_per_subtask(200.0);
    Scene {
        flink: cluster_without_delay([orders]).await,
        layout: launching(0),
    }
}

/// `orders` runs on a stranger's TaskManager and on one that Sluice started.
pub async fn orders_runs_on_one_of_ours() -> Scene {
    let orders = quiet_job("orders")
        .parallelism(2)
        .arriving(150.0)
        .capacity_per_subtask(200.0);
    Scene {
        flink: cluster_without_delay([orders]).await,
        layout: launching(1),
    }
}

/// `orders` runs on a stranger's TaskManager; the one that Sluice started has nothing to do.
pub async fn one_of_ours_is_idle() -> Scene {
    let orders = quiet_job("orders")
        .parallelism(1)
        .arriving(150.0)
        .capacity_per_subtask(200.0);
    Scene {
        flink: cluster_without_delay([orders]).await,
        layout: launching(1),
    }
}

/// [`orders_falls_behind`] over a road, with a while measured already.
pub async fn orders_falls_behind_over(road: Road) -> World {
    let scene = orders_falls_behind().await;
    let manner = Manner {
        road,
        ..Manner::plain()
    };
    let mut world = World::new(scene.flink, scene.layout, manner).await;
    world.measures_for(25).await;
    world
}
