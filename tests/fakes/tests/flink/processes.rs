//! TaskManager processes: how they register, and what is known of them when.

use crate::client::{Client, client};
use fakes::flink::{FakeFlink, Passage, Settings, job};
use serde_json::Value;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

async fn listed(client: &Client) -> Vec<(u64, u64)> {
    let answer = client.get("/taskmanagers").await;
    let number = |taskmanager: &Value, field: &str| taskmanager[field].as_u64().unwrap();
    let all = answer["taskmanagers"].as_array().unwrap();
    all.iter()
        .map(|taskmanager| {
            (
                number(taskmanager, "slotsNumber"),
                number(taskmanager, "assignedTasks"),
            )
        })
        .collect()
}

/// A process says its name; what it was answered, and its line, which it holds.
async fn registers(flink: &FakeFlink, id: &str, slots: u32) -> (String, BufReader<TcpStream>) {
    let at = flink.takes_processes().await;
    let mut line = BufReader::new(TcpStream::connect(at).await.unwrap());
    line.write_all(format!("register {id} {slots}\n").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    line.read_line(&mut answer).await.unwrap();
    (answer, line)
}

#[tokio::test]
async fn a_new_taskmanager_is_listed_late_and_first_without_slots() {
    let flink = FakeFlink::start().await;
    let client = client(&flink);
    let (answer, _line) = registers(&flink, "sluice-1", 2).await;
    assert_eq!(answer, "registered\n");
    flink.advance(Duration::from_millis(2_900));
    assert_eq!(listed(&client).await, []);
    flink.advance(Duration::from_millis(100));
    assert_eq!(listed(&client).await, [(0, 0)]);
    flink.advance(Duration::from_millis(300));
    assert_eq!(listed(&client).await, [(2, 0)]);
    flink.assert_lawful();
}

#[tokio::test]
async fn assigned_tasks_come_with_the_heartbeat() {
    let flink = FakeFlink::start().await;
    flink
        .configured(Settings {
            heartbeat: 10_000,
            ..Settings::tuned()
        })
        .with_taskmanagers(1, 1)
        .runs(
            job("orders")
                .parallelism(1)
                .bounds(1, 2)
                .running_for(Duration::from_secs(60)),
        );
    let client = client(&flink);
    assert_eq!(listed(&client).await, [(1, 3)], "what ran before is known");
    flink.register_taskmanager("tm-2", 1);
    flink.advance(Duration::from_millis(9_900));
    assert_eq!(flink.parallelism("orders"), 2);
    assert_eq!((flink.tasks_on("tm-2"), listed(&client).await[1]), (3, (1, 0)));
    flink.advance(Duration::from_millis(100));
    assert_eq!(listed(&client).await[1], (1, 3));
}

#[tokio::test]
async fn who_takes_leave_is_gone_at_once_and_who_vanishes_is_missed_later() {
    let flink = FakeFlink::start().await;
    flink.configured(Settings::tuned());
    let (_, mut polite) = registers(&flink, "sluice-1", 1).await;
    let (_, killed) = registers(&flink, "sluice-2", 1).await;
    flink.lists_arrivals();
    polite.write_all(b"leave\n").await.unwrap();
    flink.until_process_goes("sluice-1").await;
    drop(killed);
    flink.until_process_goes("sluice-2").await;
    assert_eq!(flink.taskmanagers(), ["sluice-2"], "still listed");
    flink.advance(Duration::from_secs(4));
    assert!(flink.taskmanagers().is_empty());
    let [came, left, gone] = ["sluice-1", "sluice-1", "sluice-2"].map(str::to_owned);
    assert_eq!(
        flink.passages(),
        [
            Passage::Came(came),
            Passage::Came(gone.clone()),
            Passage::Left(left),
            Passage::Vanished(gone)
        ]
    );
}

#[tokio::test]
async fn a_name_is_taken_once() {
    let flink = FakeFlink::start().await;
    let (_, _line) = registers(&flink, "sluice-1", 1).await;
    let (answer, _second) = registers(&flink, "sluice-1", 1).await;
    assert_eq!(answer, "refused\n");
    assert_eq!(
        flink.take_violations(),
        ["a second TaskManager named sluice-1 while the first one lives"]
    );
}
