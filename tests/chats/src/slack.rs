//! The incident in Slack, over Socket Mode.

mod look;

use anyhow::{Context as _, Result, ensure};
use fakes::slack::{End, FakeSlack, Message};
use stories::real::program::Sluice;

use crate::incident::{CHANNEL, Incident, is_lawful, until, watched};
use crate::page::page;

/// What ana asks.
const ASK: &str = "/flink scale orders parallelism 4 because \"backlog grows\" incident 4711";
/// Sockets that Sluice keeps open.
const SOCKETS: usize = 2;

pub async fn play(incident: &Incident<'_>) -> Result<()> {
    let slack = FakeSlack::start_on_wall_clock().await;
    slack.channel(CHANNEL);
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
    watched().await;
    let played = in_the_channel(&slack, incident).await;
    sluice.kill().await?;
    played?;
    is_lawful("Slack", &slack.faults())
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
    answered(ana.types(ASK, CHANNEL).await)?;
    let card = until("a card", || slack.newest_with("Approve"), seen).await?;
    let root = card.thread_ts.clone().context("a card is in a thread")?;
    keep_page(slack, incident, "asked", &root)?;
    answered(ana.presses(&card, "Approve").await)?;
    until("the refusal of a self-approval", || ana.whispers().pop(), seen).await?;
    answered(bo.presses(&card, "Approve").await)?;
    until(
        "the end of the change",
        || slack.thread(CHANNEL, &root).pop().filter(has_picture),
        seen,
    )
    .await?;
    println!("{}", slack.transcript_of(CHANNEL));
    let chart = slack.files().pop().context("a chart was uploaded")?;
    incident.keep(&chart.name, "chart", &chart.bytes)?;
    keep_page(slack, incident, "done", &root)
}

/// The thread as it is now, as a page.
fn keep_page(slack: &FakeSlack, incident: &Incident<'_>, name: &str, root: &str) -> Result<()> {
    let thread = slack.thread(CHANNEL, root);
    let shown: Vec<_> = thread.iter().map(|message| look::shown(slack, message)).collect();
    incident.keep(
        &format!("slack-{name}.html"),
        "page",
        page(&look::LOOKS, &shown).as_bytes(),
    )
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
