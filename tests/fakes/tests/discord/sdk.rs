//! discord.js' own packages drive the fake: a client that nobody here wrote cannot share our misreading.

#![allow(
    clippy::disallowed_methods,
    reason = "the packages run in a program of their own"
)]

use fakes::discord::{End, FakeDiscord};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

/// Where `@discordjs/rest` and `@discordjs/ws` are; `deploy/local/discord-sdk.sh` puts them there.
const MODULES: &str = "SLUICE_TEST_DISCORD_NODE_MODULES";

#[tokio::test]
async fn discord_js_registers_connects_answers_posts_uploads_and_resumes() {
    let Some(modules) = std::env::var_os(MODULES).filter(|modules| std::path::Path::new(modules).exists())
    else {
        println!(
            "skipped: {MODULES} names no folder with @discordjs/rest and @discordjs/ws (deploy/local/discord-sdk.sh)"
        );
        return;
    };
    let discord = FakeDiscord::start_on_wall_clock().await;
    let (ana, bo) = (discord.person("ana"), discord.person("bo"));
    let channel = discord.channel("#deploys").id().to_owned();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/discord/sdk/app.mjs");
    let mut app = Command::new("node")
        .arg(script)
        .env("DISCORD_NODE_MODULES", modules)
        .env("DISCORD_API_URL", format!("{}/api", discord.base_url()))
        .env("DISCORD_TOKEN", discord.bot_token())
        .env("APP", discord.app_id())
        .env("GUILD", discord.guild_id())
        .env("CHANNEL", &channel)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(app.stdout.take().unwrap()).lines();
    let mut said = async || lines.next_line().await.unwrap().expect("the app goes on");

    assert_eq!(said().await, "registered scale");
    assert_eq!(said().await, format!("bot {}", discord.bot_user_id()));
    assert_eq!(said().await, "ready");
    assert_eq!(ana.suggestions("/scale job:or", "#deploys").await[0].0, "orders");
    assert!(matches!(
        ana.types("/scale job:orders", "#deploys").await,
        End::Answered { .. }
    ));
    assert_eq!(said().await, "command orders");
    let card = discord
        .until("the card", |discord| discord.newest_with("Deny..."))
        .await;
    let thread = discord.thread(&card.id);
    assert_eq!(discord.files_of(&thread[1])[0].alt, "backlog falls");
    assert_eq!(discord.files_of(&thread[1])[0].bytes, b"\x89PNG not really");

    discord.asks_to_reconnect(1);
    assert_eq!(said().await, "resumed");
    discord.until_connected(1).await;
    assert!(discord.connections()[1].resumed && discord.connections()[1].came_to_resume_url);

    assert!(matches!(bo.presses(&card, "Deny...").await, End::Answered { .. }));
    let form = bo.form().unwrap();
    assert!(matches!(
        form.fills("Why", "no slots").submits().await,
        End::Answered { .. }
    ));
    assert_eq!(said().await, "denied no slots");
    assert_eq!(discord.message("#deploys", &card.id).unwrap().content, "denied");

    drop(app.stdin.take());
    assert!(app.wait().await.unwrap().success());
    discord.assert_lawful();
}
