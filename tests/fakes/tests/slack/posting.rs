use crate::app::{App, acme, card};
use fakes::slack::FakeSlack;
use serde_json::json;

#[tokio::test]
async fn a_card_is_posted_edited_and_read_as_people_see_it() {
    let app = acme().await;
    let slack = &app.slack;
    let root = slack.person("ana").says("please scale orders", "#deploys", None);
    let ts = app.post_card(Some(&root.ts)).await;
    let shown = slack.message("#deploys", &ts).unwrap();
    assert_eq!(shown.buttons(), ["Approve", "Deny..."]);
    let answer = app
        .call(
            "chat.update",
            json!({ "channel": shown.channel, "ts": ts, "text": "R-18 approved by <@U1>", "blocks": [
                { "type": "section", "text": { "type": "mrkdwn", "text": "Approved. It runs on 4 &lt; 8 slots." } },
            ] }),
        )
        .await;
    assert_eq!(answer["message"]["edited"]["user"], slack.bot_user_id());
    let printed = slack.transcript("#deploys", &root.ts);
    assert_eq!(
        printed,
        "ana     please scale orders\nsluice  Approved. It runs on 4 < 8 slots.\n        (edited)\n"
    );
    assert_eq!(slack.message("#deploys", &ts).unwrap().edits(), 1);
    slack.assert_lawful();
}

#[tokio::test]
async fn text_without_blocks_takes_the_blocks_away() {
    let app = acme().await;
    let ts = app.post_card(None).await;
    let channel = app.slack.channel_id("#deploys");
    app.call(
        "chat.update",
        json!({ "channel": channel, "ts": ts, "text": "done" }),
    )
    .await;
    let shown = app.slack.message("#deploys", &ts).unwrap();
    assert_eq!((shown.blocks.len(), shown.text.as_str()), (0, "done"));
}

#[tokio::test]
async fn timestamps_rise_and_are_texts_of_six_digits() {
    let app = acme().await;
    let (one, other) = (app.post("one", None).await, app.post("two", None).await);
    assert!(one < other);
    assert_eq!(one.split_once('.').unwrap().1.len(), 6);
}

#[tokio::test]
async fn where_the_bot_is_not_a_member_it_may_not_post() {
    let app = acme().await;
    let slack = &app.slack;
    let (ana, bo) = (slack.person("ana"), slack.person("bo"));
    let elsewhere = slack.channel("#elsewhere").without_bot().id().to_owned();
    let secret = slack.private_channel("#secret").without_bot().id().to_owned();
    let old = slack.channel("#old").is_archived().id().to_owned();
    let dm = slack.direct(&ana, Some(&bo)).id().to_owned();
    for (channel, error) in [
        (elsewhere.as_str(), "not_in_channel"),
        (&secret, "channel_not_found"),
        (&dm, "channel_not_found"),
        (&old, "is_archived"),
        ("C0NOWHERE", "channel_not_found"),
    ] {
        let answer = app
            .call("chat.postMessage", json!({ "channel": channel, "text": "hello" }))
            .await;
        assert_eq!(answer["error"], error, "{channel}");
    }
    slack.channel("#elsewhere").invites_bot();
    let answer = app
        .call(
            "chat.postMessage",
            json!({ "channel": elsewhere, "text": "hello" }),
        )
        .await;
    assert_eq!(answer["ok"], true);
    slack.assert_lawful();
}

#[tokio::test]
async fn a_whisper_reaches_one_member_and_cannot_be_edited() {
    let app = acme().await;
    let slack = &app.slack;
    let (ana, channel) = (slack.person("ana"), slack.channel_id("#deploys"));
    let whisper = json!({ "channel": channel, "user": ana.id(), "text": "only you" });
    let answer = app.call("chat.postEphemeral", whisper).await;
    let edit = json!({ "channel": channel, "ts": answer["message_ts"], "text": "changed" });
    assert_eq!(app.call("chat.update", edit).await["error"], "message_not_found");
    assert_eq!(ana.whispers()[0].text, "only you");
    assert!(slack.person("bo").whispers().is_empty());
    slack.channel("#deploys").left_by(&ana);
    let late = json!({ "channel": channel, "user": ana.id(), "text": "gone" });
    assert_eq!(
        app.call("chat.postEphemeral", late).await["error"],
        "user_not_in_channel"
    );
}

#[tokio::test]
async fn the_message_of_somebody_else_is_not_ours_to_change() {
    let app = acme().await;
    let said = app.slack.person("ana").says("mine", "#deploys", None);
    let edit = json!({ "channel": said.channel, "ts": said.ts, "text": "ours" });
    assert_eq!(
        app.call("chat.update", edit).await["error"],
        "cant_update_message"
    );
    let delete = json!({ "channel": said.channel, "ts": said.ts });
    assert_eq!(
        app.call("chat.delete", delete).await["error"],
        "cant_delete_message"
    );
}

#[tokio::test]
async fn a_permalink_to_a_reply_names_its_thread() {
    let app = acme().await;
    let root = app.post("parent", None).await;
    let reply = app.post("reply", Some(&root)).await;
    let channel = app.slack.channel_id("#deploys");
    let answer = app
        .get(
            "chat.getPermalink",
            &[("channel", &channel), ("message_ts", &reply)],
        )
        .await;
    let expected = format!(
        "https://acme.slack.com/archives/{channel}/p{}?thread_ts={root}&cid={channel}",
        reply.replace('.', "")
    );
    assert_eq!(answer["permalink"], expected);
    app.slack.assert_lawful();
}

#[tokio::test]
async fn our_own_message_is_found_by_its_metadata_only_with_a_history_scope() {
    let app = acme().await;
    let channel = app.slack.channel_id("#deploys");
    let metadata = json!({ "event_type": "sluice_card", "event_payload": { "notice": "n-1" } });
    let card = json!({ "channel": channel, "text": "card", "blocks": card(), "metadata": metadata });
    let posted = app.call("chat.postMessage", card).await;
    let ask = [("channel", channel.as_str()), ("include_all_metadata", "true")];
    let refused = app.get("conversations.history", &ask).await;
    assert_eq!(
        (&refused["error"], &refused["needed"]),
        (&json!("missing_scope"), &json!("channels:history"))
    );
    app.slack.grants("channels:history");
    let found = app.get("conversations.history", &ask).await;
    assert_eq!(found["messages"][0]["metadata"], metadata);
    assert_eq!(found["messages"][0]["ts"], posted["ts"]);
    app.slack.assert_lawful();
}

#[tokio::test]
async fn another_workspace_has_a_token_of_its_own() {
    let slack = FakeSlack::start().await;
    let team = slack.another_workspace("other");
    let app = App::of(&slack);
    let url = format!("{}/auth.test", slack.api_url());
    let answer = app
        .http
        .post(&url)
        .bearer_auth(slack.bot_token_in(&team))
        .send()
        .await
        .unwrap();
    assert!(
        answer.headers()["x-oauth-scopes"]
            .to_str()
            .unwrap()
            .contains("chat:write")
    );
    let answer: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(answer["team_id"], team);
    slack.assert_lawful();
}
