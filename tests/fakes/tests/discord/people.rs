//! What clients send and refuse to send: completions, choices, disabled buttons, other guilds, direct messages.

use crate::app::acme;
use fakes::discord::{End, Trait};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn completions_come_while_typing_and_bind_nobody() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let ana = app.person("ana");
    let asked = async {
        let typing = socket.interaction().await;
        let option = json!({ "type": 3, "name": "job", "value": "ord", "focused": true });
        assert_eq!(
            (&typing["type"], &typing["data"]["options"][0]),
            (&json!(4), &option)
        );
        let callback =
            json!({ "type": 8, "data": { "choices": [{ "name": "orders (running)", "value": "orders" }] } });
        app.answers(&typing, callback).await;
    };
    let (suggestions, ()) = tokio::join!(ana.suggestions("/scale job:ord", "#deploys"), asked);
    assert_eq!(suggestions, [("orders (running)".to_owned(), json!("orders"))]);
    let _ = ana.types("/scale job:something else", "#deploys");
    assert_eq!(
        socket.interaction().await["data"]["options"][0]["value"],
        "something else"
    );
    app.discord.assert_lawful();
}

#[tokio::test]
async fn subcommands_choices_and_people_arrive_as_live_clients_send_them() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let ana = app.person("ana");
    let bo = app.person("bo").id().to_owned();
    let _ = ana.types("/scale job:orders mode:at once for:@bo", "#deploys");
    let asked = socket.interaction().await;
    let values: Vec<_> = (0..3)
        .map(|at| asked["data"]["options"][at]["value"].clone())
        .collect();
    assert_eq!(values, [json!("orders"), json!("now"), json!(bo)]);
    assert_eq!(asked["data"]["resolved"]["users"][&bo]["username"], "bo");
    let _ = ana.types("/savepoints of take job:orders", "#deploys");
    let asked = socket.interaction().await;
    let group = &asked["data"]["options"][0];
    assert_eq!(
        (&group["type"], &group["options"][0]["options"][0]["name"]),
        (&json!(2), &json!("job"))
    );
    app.discord.assert_lawful();
}

#[tokio::test]
#[should_panic(expected = "between 1 and 512")]
async fn a_client_sends_no_number_above_the_most() {
    let app = acme().await;
    let _ = app
        .person("ana")
        .types("/scale job:orders parallelism:900", "#deploys");
}

#[tokio::test]
#[should_panic(expected = "\"job\" is required")]
async fn a_client_sends_no_command_without_its_required_option() {
    let app = acme().await;
    let _ = app.person("ana").types("/scale parallelism:4", "#deploys");
}

#[tokio::test]
async fn a_button_is_pressed_only_while_it_is_there_and_by_who_sees_it() {
    let app = acme().await;
    let (ana, bo) = (app.person("ana"), app.person("bo"));
    let card = app.post_card().await;
    let path = format!("/channels/{}/messages/{}", app.deploys(), card.id);
    assert!(bo.can_press(&card, "Approve"));
    app.call(Method::PATCH, &path, json!({ "components": [] })).await;
    assert!(!bo.can_press(&card, "Approve"));
    let secret = app.post_card().await;
    app.discord.channel("#deploys").with(&[&ana]);
    assert!(ana.can_press(&secret, "Approve") && !bo.can_press(&secret, "Approve"));
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_payload_says_who_acts_with_which_roles_and_in_whose_name() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let owners = app.discord.role("flink-owners");
    let ana = app.person("ana");
    ana.has_role(&owners)
        .is(Trait::Pending)
        .is(Trait::TimedOut)
        .speaks("de");
    let _ = ana.types("/scale job:orders", "#deploys");
    let asked = socket.interaction().await;
    assert_eq!(asked["member"]["roles"], json!([owners]));
    assert_eq!(asked["member"]["pending"], true);
    assert!(asked["member"]["communication_disabled_until"].is_string());
    assert_eq!(asked["locale"], "de");
    assert_eq!(
        asked["authorizing_integration_owners"],
        json!({ "0": app.discord.guild_id() })
    );
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_foreign_install_and_a_direct_message_are_told_apart() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    app.call(
        Method::PUT,
        &format!("/applications/{}/commands", app.discord.app_id()),
        crate::app::commands(),
    )
    .await;
    let elsewhere = app.discord.other_guild("rival");
    let mallory = app.discord.outsider("mallory", &elsewhere);
    mallory.is(Trait::Installed);
    let room = app.discord.channel_of(&elsewhere, "#theirs");
    let _ = mallory.types("/scale job:orders", room.id());
    let asked = socket.interaction().await;
    assert_eq!(asked["guild_id"], elsewhere.as_str());
    assert_eq!(
        asked["authorizing_integration_owners"],
        json!({ "1": mallory.id() })
    );
    let direct = app.discord.direct(&app.person("ana"));
    let _ = app.person("ana").types("/scale job:orders", direct.id());
    let asked = socket.interaction().await;
    assert_eq!((&asked["context"], asked.get("member")), (&json!(1), None));
    assert_eq!(asked["user"]["username"], "ana");
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_message_command_brings_its_message() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let ana = app.person("ana");
    let message = ana.says("orders is slow", "#deploys");
    let act = ana.uses_on(&message, "Ask Sluice");
    let asked = socket.interaction().await;
    let shown = &asked["data"]["resolved"]["messages"][&message.id];
    assert_eq!(shown["content"], "orders is slow");
    app.answers(&asked, json!({ "type": 5, "data": { "flags": 64 } }))
        .await;
    assert!(matches!(act.await, End::Answered { .. }));
    app.discord.assert_lawful();
}

#[tokio::test]
async fn a_channel_is_printed_as_people_see_it() {
    let app = acme().await;
    let (mut socket, _) = app.connected().await;
    let ana = app.person("ana");
    ana.says("orders is slow", "#deploys");
    let card = app.post_card().await;
    let thread = app.thread(&card.id).await;
    let plan = json!({ "content": format!("<@{}> \\*wait\\*", ana.id()), "embeds": [{ "title": "Plan",
        "fields": [{ "name": "From", "value": "2", "inline": true }] }] });
    app.call(Method::POST, &format!("/channels/{thread}/messages"), plan)
        .await;
    let _ = ana.presses(&card, "Approve");
    let pressed = socket.interaction().await;
    let whisper = json!({ "type": 4, "data": { "content": "Not your own", "flags": 64 } });
    app.answers(&pressed, whisper).await;
    let expected = "\
ana     orders is slow
sluice  ana asks: scale orders to parallelism 4
        [Approve] [Deny...]
  (thread \"R-18 scale orders\")
  sluice  @ana *wait*
          | Plan
          | From: 2
sluice  (only @ana sees this)
        Not your own
";
    assert_eq!(app.discord.transcript_of("#deploys"), expected);
    app.discord.assert_lawful();
}
