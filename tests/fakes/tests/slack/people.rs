use crate::app::acme;
use fakes::slack::Trait;
use serde_json::{Value, json};

#[tokio::test]
async fn accounts_show_what_is_particular_about_them() {
    let app = acme().await;
    let slack = &app.slack;
    for (name, what, field) in [
        ("guest", Trait::Guest, "is_restricted"),
        ("single", Trait::SingleChannelGuest, "is_ultra_restricted"),
        ("gone", Trait::Deactivated, "deleted"),
        ("robot", Trait::Bot, "is_bot"),
        ("flow", Trait::WorkflowBot, "is_workflow_bot"),
        ("new", Trait::Invited, "is_invited_user"),
    ] {
        let person = slack.person(name);
        assert_ne!(
            app.get("users.info", &[("user", person.id())]).await["user"][field],
            true
        );
        person.is(what);
        assert_eq!(
            app.get("users.info", &[("user", person.id())]).await["user"][field],
            true,
            "{name}"
        );
    }
    slack.assert_lawful();
}

#[tokio::test]
async fn an_outsider_in_a_shared_channel_is_no_stranger_and_of_another_team() {
    let app = acme().await;
    let team = app.slack.other_team("elsewhere");
    let eve = app.slack.outsider("eve", &team);
    assert_eq!(
        app.get("users.info", &[("user", eve.id())]).await["error"],
        "user_not_visible"
    );
    let channel = app.slack.channel("#deploys");
    channel.shared_with(&team).joined_by(&eve);
    let seen = app.get("users.info", &[("user", eve.id())]).await;
    assert_eq!(
        (&seen["user"]["team_id"], &seen["user"]["is_stranger"]),
        (&json!(team), &json!(false))
    );
    let info = app.get("conversations.info", &[("channel", channel.id())]).await;
    assert_eq!(info["channel"]["is_ext_shared"], true);
    let mut socket = app.connected().await;
    let ts = app.post_card(None).await;
    let press = eve.presses(&app.slack.message("#deploys", &ts).unwrap(), "Approve");
    let envelope = socket.next().await;
    assert_eq!(envelope["payload"]["user"]["team_id"], team);
    socket.ack(&envelope, None).await;
    press.await;
    app.slack.assert_lawful();
}

#[tokio::test]
async fn user_groups_need_a_paid_plan_and_tell_when_they_change() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let slack = &app.slack;
    let (ana, bo) = (slack.person("ana"), slack.person("bo"));
    let group = slack.group("flink-owners", &[&bo]);
    let members = async || app.get("usergroups.users.list", &[("usergroup", &group)]).await;
    assert_eq!(members().await["users"], json!([bo.id()]));
    let changed = slack.group_has(&group, &[&ana, &bo]);
    let envelope = socket.next().await;
    assert_eq!(envelope["payload"]["event"]["subteam_id"], group);
    socket.ack(&envelope, None).await;
    changed.await;
    assert_eq!(members().await["users"], json!([ana.id(), bo.id()]));
    slack.disables_group(&group);
    assert_eq!(members().await["error"], "no_such_subteam");
    let listed = app.get("usergroups.list", &[("include_disabled", "true")]).await;
    assert_ne!(listed["usergroups"][0]["date_delete"], 0);
    slack.is_free();
    assert_eq!(members().await["error"], "plan_upgrade_required");
    slack.assert_lawful();
}

#[tokio::test]
async fn an_edited_mention_comes_again_with_edited() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    let root = app.post("parent", None).await;
    let act = ana.mentions("approve", "#deploys", Some(&root));
    let envelope = socket.next().await;
    let event = &envelope["payload"]["event"];
    assert_eq!(event["text"], format!("<@{}> approve", app.slack.bot_user_id()));
    assert_eq!(event["thread_ts"], root);
    socket.ack(&envelope, None).await;
    act.await;
    let said = app.slack.thread("#deploys", &root).pop().unwrap();
    let act = ana.edits_mention(&said, "@sluice deny");
    let again = socket.next().await;
    assert_ne!(again["payload"]["event_id"], envelope["payload"]["event_id"]);
    assert_eq!(again["payload"]["event"]["edited"]["user"], ana.id());
    socket.ack(&again, None).await;
    act.await;
}

#[tokio::test]
async fn an_org_wide_install_has_no_team_in_its_presses() {
    let app = acme().await;
    app.slack.is_enterprise("E0GRID001", true);
    let mut socket = app.connected().await;
    let ts = app.post_card(None).await;
    let press = app
        .slack
        .person("bo")
        .presses(&app.slack.message("#deploys", &ts).unwrap(), "Approve");
    let envelope = socket.next().await;
    assert_eq!(envelope["payload"]["team"], Value::Null);
    assert_eq!(envelope["payload"]["enterprise"]["id"], "E0GRID001");
    socket.ack(&envelope, None).await;
    press.await;
    let refused = app.get("usergroups.list", &[]).await;
    assert_eq!(refused["error"], "missing_argument");
    let answer = app.call("auth.test", json!({})).await;
    assert_eq!(
        (&answer["is_enterprise_install"], &answer["enterprise_id"]),
        (&json!(true), &json!("E0GRID001"))
    );
    app.slack.assert_lawful();
}

#[tokio::test]
async fn a_press_on_an_old_copy_carries_what_the_copy_said() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ts = app.post_card(None).await;
    let old = app.slack.message("#deploys", &ts).unwrap();
    app.call(
        "chat.update",
        json!({ "channel": old.channel, "ts": ts, "text": "approved" }),
    )
    .await;
    let press = app.slack.person("bo").presses(&old, "Approve");
    let envelope = socket.next().await;
    assert_eq!(envelope["payload"]["actions"][0]["value"], "R-18 7F2C yes");
    socket.ack(&envelope, None).await;
    press.await;
}
