//! Registration: all at once, idempotent, and refused where Discord refuses.

use crate::app::{acme, commands};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn registering_twice_changes_nothing() {
    let app = acme().await;
    let path = format!(
        "/applications/{}/guilds/{}/commands",
        app.discord.app_id(),
        app.discord.guild_id()
    );
    let (status, first) = app.call(Method::PUT, &path, commands()).await;
    assert_eq!(status, 200, "{first}");
    let (_, second) = app.call(Method::PUT, &path, commands()).await;
    assert_eq!(first, second);
    let (_, listed) = app.get(&format!("{path}?with_localizations=true")).await;
    assert_eq!(listed, first);
    let (_, fewer) = app.call(Method::PUT, &path, json!([commands()[0]])).await;
    assert_eq!(
        (fewer.as_array().unwrap().len(), &fewer[0]["id"]),
        (1, &first[0]["id"])
    );
    app.discord.assert_lawful();
}

#[tokio::test]
async fn what_discord_refuses_is_refused_whole_and_seen() {
    let app = acme().await;
    let path = format!(
        "/applications/{}/guilds/{}/commands",
        app.discord.app_id(),
        app.discord.guild_id()
    );
    let choice = |number: usize| json!({ "name": format!("{number}"), "value": "v" });
    let choices: Vec<Value> = (0..26).map(choice).collect();
    for wrong in [
        json!([{ "name": "Scale", "description": "d" }]),
        json!([{ "name": "scale" }]),
        json!([{ "name": "scale", "description": "d", "option": [] }]),
        json!([{ "name": "scale", "description": "d",
            "options": [{ "type": 3, "name": "a", "description": "d", "choices": choices }] }]),
        json!([{ "name": "scale", "description": "d", "name_localizations": { "xx": "a" } }]),
    ] {
        let (status, answer) = app.call(Method::PUT, &path, wrong).await;
        assert_eq!((status, &answer["code"]), (400, &json!(50_035)), "{answer}");
        assert!(!app.discord.take_faults().is_empty());
    }
    assert_eq!(app.discord.commands().len(), 3);
    let elsewhere = app.discord.other_guild("rival");
    let foreign = format!(
        "/applications/{}/guilds/{elsewhere}/commands",
        app.discord.app_id()
    );
    assert_eq!(
        app.call(Method::PUT, &foreign, commands()).await.1["code"],
        50_001
    );
}

#[tokio::test]
async fn the_application_its_guild_and_its_people_can_be_looked_up() {
    let app = acme().await;
    let (guild, ana) = (app.discord.guild_id(), app.person("ana"));
    let (_, application) = app.get("/applications/@me").await;
    assert_eq!(application["verify_key"], app.discord.public_key().as_str());
    assert_eq!(
        app.get("/users/@me").await.1["id"],
        app.discord.bot_user_id().as_str()
    );
    let (_, gateway) = app.get("/gateway/bot").await;
    assert_eq!(gateway["session_start_limit"]["remaining"], 1_000);
    let (_, roles) = app.get(&format!("/guilds/{guild}/roles")).await;
    assert_eq!(roles[0]["name"], "@everyone");
    let member = format!("/guilds/{guild}/members/{}", ana.id());
    assert_eq!(app.get(&member).await.1["user"]["username"], "ana");
    ana.leaves();
    assert_eq!(app.get(&member).await.1["code"], 10_007);
    assert_eq!(app.get(&format!("/guilds/{guild}?with_counts=true")).await.0, 200);
    assert_eq!(
        app.get(&format!("/guilds/{guild}/channels")).await.1[0]["name"],
        "deploys"
    );
    app.discord.assert_lawful();
}
