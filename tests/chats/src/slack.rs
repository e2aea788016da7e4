//! The incident in Slack, over Socket Mode.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use fakes::slack::{End, FakeSlack, Message};
use stories::real::program::Sluice;
use tokio::time::{interval, sleep};

use super::incident::{ASK, Incident, WATCHED, until};

const CHANNEL: &str = "#flink-incidents";
/// Sockets that Sluice keeps open.
const SOCKETS: usize = 2;
/// How far apart the fake's clock ticks.
const TICK: Duration = Duration::from_millis(50);

pub async fn play(incident: &Incident<'_>) -> Result<()> {
    let slack = FakeSlack::start_at(now()?).await;
    slack.channel(CHANNEL);
    let clock = tokio::spawn(ticks(slack.clone()));
    let section = format!(
        "slack: {{ api_url: \"{}\", app_id: {}, team_id: {}, commands: [/flink], bot_token: {{ env: SLACK_BOT_TOKEN }}, app_token: {{ env: SLACK_APP_TOKEN }} }}",
        slack.api_url(),
        slack.app_id(),
        slack.team_id(),
    );
    let place = format!("slack:{}", slack.channel_id(CHANNEL));
    let config = incident.config(
        &section,
        "slack",
        |name| slack.person(name).id().to_owned(),
        &place,
    )?;
    let tokens = [
        ("SLACK_BOT_TOKEN", slack.bot_token()),
        ("SLACK_APP_TOKEN", slack.app_token()),
    ];
    let sluice = Sluice::start_with(&config, &tokens).await?;
    slack.until_connected(SOCKETS).await;
    println!("slack   a fake Slack that speaks its wire, strictly; Sluice holds {SOCKETS} sockets to it");
    println!("\nSluice watches the job for {} s\n", WATCHED.as_secs());
    sleep(WATCHED).await;
    let played = in_the_channel(&slack, incident).await;
    sluice.kill().await?;
    clock.abort();
    played?;
    let faults = slack.faults();
    ensure!(
        faults.is_empty(),
        "Slack would have refused:\n{}",
        faults.join("\n")
    );
    Ok(())
}

async fn in_the_channel(slack: &FakeSlack, incident: &Incident<'_>) -> Result<()> {
    let (ana, bo) = (slack.person("ana"), slack.person("bo"));
    answered(ana.types("/flink status", CHANNEL).await)?;
    let seen = || slack.transcript_of(CHANNEL);
    until(
        "the answer to status",
        || newest(slack, |message| message.by_app),
        seen,
    )
    .await?;
    answered(ana.types(&format!("/flink {ASK}"), CHANNEL).await)?;
    let card = until("a card", || slack.newest_with("Approve"), seen).await?;
    answered(ana.presses(&card, "Approve").await)?;
    until("the refusal of a self-approval", || ana.whispers().pop(), seen).await?;
    answered(bo.presses(&card, "Approve").await)?;
    let root = card.thread_ts.clone().context("a card is in a thread")?;
    until(
        "the end of the change",
        || slack.thread(CHANNEL, &root).pop().filter(has_picture),
        seen,
    )
    .await?;
    println!("{}", slack.transcript_of(CHANNEL));
    let chart = slack.files().pop().context("a chart was uploaded")?;
    incident.keep(&chart.name, &chart.alt, &chart.bytes)
}

/// Everything is acknowledged silently within three seconds.
fn answered(end: End) -> Result<()> {
    ensure!(
        matches!(end, End::Answered { .. }),
        "Slack was not answered: {end:?}"
    );
    Ok(())
}

fn newest(slack: &FakeSlack, fits: impl Fn(&Message) -> bool) -> Option<Message> {
    slack.messages(CHANNEL).into_iter().rev().find(fits)
}

fn has_picture(message: &Message) -> bool {
    message.blocks.iter().any(|block| block["type"] == "image")
}

/// The fake's clock goes as the one on the wall.
async fn ticks(slack: FakeSlack) {
    let mut ticks = interval(TICK);
    loop {
        ticks.tick().await;
        if let Ok(now) = now() {
            slack.set_now(now);
        }
    }
}

fn now() -> Result<u64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(u64::try_from(since.as_millis())?)
}
