//! The incident in Discord, over the gateway.

mod look;
mod markdown;

use anyhow::{Context as _, Result, ensure};
use fakes::discord::{End, FakeDiscord, Message};
use stories::real::program::{Sluice, printed_with};

use crate::incident::{CHANNEL, Incident, is_lawful, until, watched};
use crate::page::page;

/// What ana asks.
const ASK: &str = "/flink scale parallelism job:orders n:4 because:backlog grows incident:4711";

pub async fn play(incident: &Incident<'_>) -> Result<()> {
    let discord = FakeDiscord::start_on_wall_clock().await;
    discord.channel(CHANNEL);
    let section = format!(
        "discord: {{ mode: gateway, api_url: \"{}\", application_id: \"{}\", guild_id: \"{}\", bot_token: {{ env: DISCORD_TOKEN }} }}",
        discord.api_url(),
        discord.app_id(),
        discord.guild_id(),
    );
    let place = format!("discord:{}", discord.channel_id(CHANNEL));
    let config = incident.config(
        &section,
        "discord",
        |name| discord.person(name).id().to_owned(),
        &place,
    )?;
    println!("discord a fake Discord that speaks its wire, strictly");
    let tokens = [("DISCORD_TOKEN", discord.bot_token())];
    let registered = printed_with(&config, &["commands", "--register"], &tokens).await?;
    let sluice = Sluice::start_with(&config, &tokens).await?;
    discord.until_connected(1).await;
    println!("{registered}discord Sluice is connected to its gateway");
    watched().await;
    let played = in_the_channel(&discord, incident).await;
    sluice.kill().await?;
    played?;
    is_lawful("Discord", &discord.faults())
}

async fn in_the_channel(discord: &FakeDiscord, incident: &Incident<'_>) -> Result<()> {
    let (ana, bo) = (discord.person("ana"), discord.person("bo"));
    let seen = || discord.transcript_of(CHANNEL);
    answered(ana.types("/flink status", CHANNEL).await)?;
    until("the answer to status", || newest_of_sluice(discord), seen).await?;
    answered(ana.types(ASK, CHANNEL).await)?;
    let card = until("a card", || discord.newest_with("Approve"), seen).await?;
    let root = &card.channel;
    keep_page(discord, incident, "asked", root)?;
    answered(ana.presses(&card, "Approve").await)?;
    let refusal = || ana.whispers().pop().filter(|whisper| whisper.channel == *root);
    until("the refusal of a self-approval", refusal, seen).await?;
    answered(bo.presses(&card, "Approve").await)?;
    let end = || {
        discord
            .thread(root)
            .pop()
            .filter(|message| !message.files.is_empty())
    };
    let end = until("the end of the change", end, seen).await?;
    println!("{}", discord.transcript_of(CHANNEL));
    let chart = discord.files_of(&end).pop().context("a chart was uploaded")?;
    incident.keep(&chart.name, "chart", &chart.bytes)?;
    keep_page(discord, incident, "done", root)
}

/// The thread as it is now, as a page.
fn keep_page(discord: &FakeDiscord, incident: &Incident<'_>, name: &str, root: &str) -> Result<()> {
    let thread = discord.thread(root);
    let shown: Vec<_> = thread
        .iter()
        .map(|message| look::shown(discord, message))
        .collect();
    incident.keep(
        &format!("discord-{name}.html"),
        "page",
        page(&look::LOOKS, &shown).as_bytes(),
    )
}

/// Everything is answered, or acknowledged, within three seconds.
fn answered(end: End) -> Result<()> {
    ensure!(
        matches!(end, End::Answered { .. }),
        "Discord was not answered: {end:?}"
    );
    Ok(())
}

fn newest_of_sluice(discord: &FakeDiscord) -> Option<Message> {
    let messages = discord.messages(CHANNEL).into_iter().rev();
    let mut said = messages.filter(|message| message.by_app && !message.loading);
    said.next()
}
