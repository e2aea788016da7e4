//! From the press of Approve to the first call that changes something at Flink, through the real program.

use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Failure;
use crate::program::{Program, Running};
use crate::table::{Row, ms, percentile};
use crate::target::{Target, WITHIN, time_goes_by};
use crate::wire::{Wire, request};

/// Each has an environment and a Flink of its own, so that none queues behind another.
const REQUESTS: usize = 40;

/// One press after another, until all environments had theirs.
///
/// # Errors
/// Where a request is not planned or not carried out.
pub async fn approving(folder: &Path) -> Result<Row, Failure> {
    let mut targets = Vec::with_capacity(REQUESTS);
    for number in 0..REQUESTS {
        targets.push((format!("shop{number}"), Target::start().await));
    }
    let environments: Vec<_> = targets
        .iter()
        .map(|(name, target)| (name.clone(), target.flink.url()))
        .collect();
    let program = Program::new(folder, &environments)?;
    let running = program.run().await?;
    let time = time_goes_by(targets.iter().map(|(_, target)| target));
    let mut took = Vec::with_capacity(REQUESTS);
    for (name, target) in &mut targets {
        took.push(approve(&running, name, target).await?);
    }
    time.abort();
    took.sort_unstable();
    Ok(Row {
        what: "press of Approve to first change at Flink".to_owned(),
        measured: format!(
            "p50 {}, p99 of {REQUESTS} {}, with the last look before it",
            ms(percentile(&took, 50)),
            ms(percentile(&took, 99))
        ),
        budget: "50 ms p99",
    })
}

async fn approve(running: &Running, channel: &str, target: &mut Target) -> Result<Duration, Failure> {
    let mut api = Api::open(running).await?;
    let say = json!({ "as": "ana", "channel": channel, "text": "scale orders parallelism 2" });
    api.post("/api/say", &say).await?;
    let (message, button) = api.approve_button(channel).await?;
    let press = json!({ "as": "bo", "message": message, "button": button });
    let pressed = Instant::now();
    api.post("/api/press", &press).await?;
    Ok(target.changed().await? - pressed)
}

/// The console's API, over one connection.
struct Api<'a> {
    wire: Wire,
    address: SocketAddr,
    token: &'a str,
}

impl<'a> Api<'a> {
    async fn open(running: &'a Running) -> Result<Self, Failure> {
        Ok(Self {
            wire: Wire::open(running.address).await?,
            address: running.address,
            token: &running.token,
        })
    }

    async fn post(&mut self, path: &str, body: &Value) -> Result<(), Failure> {
        let asked = request("POST", path, self.address, self.token, Some(body));
        let answer = self.wire.call(&asked).await?;
        if answer.status == 202 {
            return Ok(());
        }
        Err(format!("{path}: {}", String::from_utf8_lossy(&answer.body)).into())
    }

    /// Message and id of the first Approve button in a channel, once there is one.
    async fn approve_button(&mut self, channel: &str) -> Result<(String, String), Failure> {
        let path = format!("/api/channels/{channel}?as=bo");
        let asked = request("GET", &path, self.address, self.token, None);
        let began = Instant::now();
        while began.elapsed() < WITHIN {
            let answer = self.wire.call(&asked).await?;
            let shown: Value = serde_json::from_slice(&answer.body)?;
            if let Some(found) = approve_button(&shown) {
                return Ok(found);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("no card in {channel}").into())
    }
}

fn approve_button(shown: &Value) -> Option<(String, String)> {
    shown["messages"].as_array()?.iter().find_map(|message| {
        let buttons = message["buttons"].as_array()?;
        let ids = buttons.iter().filter_map(|button| button["id"].as_str());
        let approve = ids.into_iter().find(|id| id.starts_with("approve"))?;
        Some((message["id"].as_str()?.to_owned(), approve.to_owned()))
    })
}
