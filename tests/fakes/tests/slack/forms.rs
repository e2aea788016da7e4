use crate::app::{acme, modal};
use fakes::slack::{End, FakeSlack};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_press_opens_a_form_and_its_submission_comes_back() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let (slack, bo) = (&app.slack, app.slack.person("bo"));
    let root = app.post("parent", None).await;
    let ts = app.post_card(Some(&root)).await;
    let card = slack.message("#deploys", &ts).unwrap();
    let press = bo.presses(&card, "Deny...");
    let envelope = socket.next().await;
    let payload = &envelope["payload"];
    assert_eq!(payload["type"], "block_actions");
    assert_eq!(payload["container"]["thread_ts"], root);
    assert_eq!(payload["message"]["thread_ts"], root);
    assert_eq!(payload["actions"][0]["value"], "R-18 7F2C no");
    assert_eq!(payload["actions"][0]["text"]["text"], "Deny...");
    socket.ack(&envelope, None).await;
    press.await;
    let opened = app
        .call(
            "views.open",
            json!({ "trigger_id": payload["trigger_id"], "view": modal() }),
        )
        .await;
    assert_eq!(opened["view"]["callback_id"], "deny");
    let submit = bo.form().unwrap().fills("Why", "the sink is the limit").submits();
    let envelope = socket.next().await;
    assert_eq!(envelope["accepts_response_payload"], true);
    let view = &envelope["payload"]["view"];
    assert_eq!(
        view["state"]["values"]["why"]["text"]["value"],
        "the sink is the limit"
    );
    assert_eq!(view["private_metadata"], "R-18");
    let errors = json!({ "response_action": "errors", "errors": { "why": "say more" } });
    socket.ack(&envelope, Some(errors)).await;
    submit.await;
    let form = bo.form().unwrap();
    assert_eq!(form.errors()["why"], "say more");
    let submit = form.fills("Why", "the sink \"orders-db\" is the limit").submits();
    let envelope = socket.next().await;
    socket.ack(&envelope, None).await;
    assert!(matches!(
        submit.await,
        End::Answered {
            body: Value::Null,
            ..
        }
    ));
    assert!(bo.form().is_none());
    slack.assert_lawful();
}

#[tokio::test]
async fn a_trigger_opens_one_form_within_three_seconds() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    let mut triggers = Vec::new();
    for _ in 0..2 {
        let act = ana.types("/flink", "#deploys");
        let envelope = socket.next().await;
        socket.ack(&envelope, None).await;
        act.await;
        triggers.push(envelope["payload"]["trigger_id"].clone());
    }
    let open = |trigger: Value| app.call("views.open", json!({ "trigger_id": trigger, "view": modal() }));
    assert_eq!(open(triggers[0].clone()).await["ok"], true);
    assert_eq!(open(triggers[0].clone()).await["error"], "exchanged_trigger_id");
    app.slack.advance(Duration::from_millis(3_001));
    assert_eq!(open(triggers[1].clone()).await["error"], "expired_trigger_id");
    assert_eq!(open(json!("1.2.3")).await["error"], "invalid_trigger_id");
}

#[tokio::test]
async fn a_form_is_updated_only_by_who_saw_it_last_and_three_deep_is_the_end() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    let mut trigger = async || {
        let act = ana.uses("guided");
        let envelope = socket.next().await;
        socket.ack(&envelope, None).await;
        act.await;
        envelope["payload"]["trigger_id"].clone()
    };
    let opened = app
        .call(
            "views.open",
            json!({ "trigger_id": trigger().await, "view": modal() }),
        )
        .await;
    let (id, hash) = (&opened["view"]["id"], &opened["view"]["hash"]);
    let update = json!({ "view_id": id, "hash": hash, "view": modal() });
    assert_eq!(app.call("views.update", update.clone()).await["ok"], true);
    assert_eq!(app.call("views.update", update).await["error"], "hash_conflict");
    for expected in [json!(null), json!(null), json!("push_limit_reached")] {
        let push = json!({ "trigger_id": trigger().await, "view": modal() });
        assert_eq!(app.call("views.push", push).await["error"], expected);
    }
    app.slack.assert_lawful();
}

#[tokio::test]
async fn home_shows_what_was_published_and_its_buttons_work() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    let act = ana.opens_home();
    let envelope = socket.next().await;
    assert_eq!(envelope["payload"]["event"]["type"], "app_home_opened");
    socket.ack(&envelope, None).await;
    act.await;
    let home = json!({ "type": "home", "blocks": [
        { "type": "header", "text": { "type": "plain_text", "text": "Waits for you" } },
        { "type": "actions", "elements": [{ "type": "button", "action_id": "show", "value": "R-18",
            "text": { "type": "plain_text", "text": "Show R-18" } }] },
    ] });
    let published = app
        .call("views.publish", json!({ "user_id": ana.id(), "view": home }))
        .await;
    assert_eq!(published["view"]["type"], "home");
    assert_eq!(
        app.slack.reads_view(&ana.home().unwrap()),
        "Waits for you\n[Show R-18]"
    );
    let act = ana.presses_at_home("Show R-18");
    let envelope = socket.next().await;
    assert_eq!(envelope["payload"]["container"]["type"], "view");
    assert_eq!(envelope["payload"]["actions"][0]["value"], "R-18");
    socket.ack(&envelope, None).await;
    act.await;
    app.slack.assert_lawful();
}

#[tokio::test]
async fn a_dismissed_form_tells_the_app_that_asked() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    open_form(&app, &mut socket, &ana).await;
    let act = ana.form().unwrap().closes().unwrap();
    let envelope = socket.next().await;
    assert_eq!(envelope["payload"]["type"], "view_closed");
    socket.ack(&envelope, None).await;
    act.await;
    assert!(ana.form().is_none());
}

async fn open_form(app: &crate::app::App, socket: &mut crate::app::Socket, who: &fakes::slack::Person) {
    let act = who.uses("guided");
    let envelope = socket.next().await;
    socket.ack(&envelope, None).await;
    act.await;
    let trigger = &envelope["payload"]["trigger_id"];
    app.call("views.open", json!({ "trigger_id": trigger, "view": modal() }))
        .await;
}

#[tokio::test]
async fn an_external_select_is_searched_and_taken() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    let act = ana.uses("guided");
    let envelope = socket.next().await;
    socket.ack(&envelope, None).await;
    act.await;
    let mut view = modal();
    view["blocks"] = json!([{ "type": "input", "block_id": "job", "label": { "type": "plain_text", "text": "Job" },
        "element": { "type": "external_select", "action_id": "job", "min_query_length": 0 } }]);
    app.call(
        "views.open",
        json!({ "trigger_id": envelope["payload"]["trigger_id"], "view": view }),
    )
    .await;
    let form = ana.form().unwrap();
    let search = form.searches("Job", "ord");
    let envelope = socket.next().await;
    assert_eq!(
        (&envelope["payload"]["type"], &envelope["payload"]["value"]),
        (&json!("block_suggestion"), &json!("ord"))
    );
    let option = json!({ "text": { "type": "plain_text", "text": "orders" }, "value": "orders" });
    socket.ack(&envelope, Some(json!({ "options": [option] }))).await;
    let End::Answered { body, .. } = search.await else {
        panic!()
    };
    let submit = form.takes("Job", &body["options"][0]).submits();
    let envelope = socket.next().await;
    let state = &envelope["payload"]["view"]["state"]["values"]["job"]["job"];
    assert_eq!(state["selected_option"]["value"], "orders");
    socket.ack(&envelope, None).await;
    submit.await;
    app.slack.assert_lawful();
}

#[tokio::test]
async fn a_message_shortcut_brings_the_message_and_its_thread() {
    let app = acme().await;
    let mut socket = app.connected().await;
    let ana = app.slack.person("ana");
    let root = ana.says("is orders well?", "#deploys", None);
    let reply = app.slack.person("bo").says("no", "#deploys", Some(&root.ts));
    let act = ana.uses_on(&reply, "ask_sluice");
    let envelope = socket.next().await;
    let payload = &envelope["payload"];
    assert_eq!(payload["type"], "message_action");
    assert_eq!(payload["message"]["thread_ts"], root.ts);
    assert_eq!(payload["callback_id"], "ask_sluice");
    let url = payload["response_url"].as_str().unwrap().to_owned();
    socket.ack(&envelope, None).await;
    act.await;
    let (status, _) = app.respond(&url, json!({ "text": "orders is well" })).await;
    assert_eq!(status, 200);
    let whispered = FakeSlack::thread(&app.slack, "#deploys", &root.ts);
    assert_eq!(whispered.last().unwrap().only_for.as_deref(), Some(ana.id()));
    app.slack.assert_lawful();
}
