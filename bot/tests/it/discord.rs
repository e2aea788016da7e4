//! What the command line does with Discord: registers commands, and says what does not work and how to mend it.

use std::path::Path;

use assert_cmd::Command;
use fakes::discord::FakeDiscord;

/// A configuration of one channel, one role and two people of this Discord.
fn configured(discord: &FakeDiscord, role: &str, more: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "mode: demo\n\
         discord: {{ api_url: \"{}\", application_id: \"{}\", guild_id: \"{}\", bot_token: {{ env: DISCORD_TOKEN }}{more} }}\n\
         people: {{ ana: {{ discord: \"{}\" }}, bo: {{ discord: \"{}\" }} }}\n\
         groups: {{ owners: {{ people: [ana, bo], discord_role: \"{role}\" }} }}\n\
         environments:\n  shop: {{ platform: standalone, flink_url: http://127.0.0.1:1, channels: [\"discord:{}\"] }}\n\
         policy: [{{ environments: [shop], verbs: [scale], need: [{{ count: 1, from: owners }}], vote_within: 30m }}]\n",
        discord.api_url(),
        discord.app_id(),
        discord.guild_id(),
        discord.person("ana").id(),
        discord.person("bo").id(),
        discord.channel_id("#ops"),
    );
    std::fs::write(folder.path().join("sluice.yaml"), config).unwrap();
    folder
}

async fn sluice(folder: &Path, token: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command
        .current_dir(folder)
        .env_clear()
        .env("DISCORD_TOKEN", token)
        .args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

#[tokio::test]
async fn registering_shows_the_difference_first_and_does_nothing_where_nothing_differs() {
    let discord = FakeDiscord::start_on_wall_clock().await;
    discord.channel("#ops");
    let role = discord.role("leads");
    let folder = configured(&discord, &role, "");
    let register = ["commands", "--register"];
    let token = discord.bot_token();
    let told = sluice(folder.path(), &token, &register).await;
    let guild = discord.guild_id();
    assert_eq!(
        told,
        format!("server {guild}: + /flink\nserver {guild}: + /sluice\nserver {guild}: registered\n")
    );
    assert_eq!(discord.commands().len(), 2);
    let told = sluice(folder.path(), &token, &register).await;
    assert_eq!(told, format!("server {guild}: has these commands already\n"));
    assert_eq!(
        discord
            .calls_of("PUT", "/applications/{application_id}/guilds/{guild_id}/commands")
            .len(),
        1
    );
    discord.assert_lawful();
}

#[tokio::test]
async fn the_check_names_what_does_not_work_and_how_to_mend_it() {
    let discord = FakeDiscord::start_on_wall_clock().await;
    let channel = discord.channel("#ops");
    let role = discord.role("leads");
    let folder = configured(&discord, &role, "");
    let token = discord.bot_token();
    let check = ["check", "--online"];
    let told = sluice(folder.path(), &token, &check).await;
    for expected in [
        "its commands are not these (+ /flink, + /sluice); run `sluice commands --register`",
        "cannot be mentioned, so its holders are not told of a vote",
    ] {
        assert!(told.contains(expected), "{expected}:\n{told}");
    }
    let _ = sluice(folder.path(), &token, &["commands", "--register"]).await;
    discord.role_is_mentionable(&role, true);
    let told = sluice(folder.path(), &token, &check).await;
    assert!(
        !told.contains("discord"),
        "only the Flink that is not there:\n{told}"
    );

    channel.denies_bot(1 << 35);
    discord.person("bo").leaves();
    discord.sends_to("http://127.0.0.1:1/discord/interactions");
    let told = sluice(folder.path(), &token, &check).await;
    for expected in [
        "the bot lacks Create Public Threads",
        "people.bo.discord",
        "nothing to the gateway",
    ] {
        assert!(told.contains(expected), "{expected}:\n{told}");
    }
    discord.resets_token();
    let told = sluice(folder.path(), &token, &check).await;
    assert!(
        told.contains("discord.bot_token") && told.contains("reset the token"),
        "{told}"
    );
    discord.assert_lawful();
}
