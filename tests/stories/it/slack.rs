//! What is particular to Slack: how a thread looks there, forms, mentions, places without threads, limits, lost links.
//! Every other story is told over it too.

use adapters::chat::slack::socket::SOCKETS;
use commands::names::Millis;
use fakes::calls::Aim;
use fakes::slack::{Deed, End, FakeSlack, Message};
use stories::{Road, World};

use super::scenes::orders_falls_behind_over;

const ASK: &str = "/flink scale orders parallelism 4 because \"lag grows\" incident 4711";

/// The card that asks for votes.
async fn card(w: &mut World) -> Message {
    w.until_told().await;
    let card = w.slack().newest_with("Approve");
    card.unwrap_or_else(|| panic!("no card:\n{}", w.slack().transcript_of("#ops")))
}

/// What one person was told alone.
async fn whispered(w: &mut World, person: &str) -> String {
    w.until_told().await;
    let whispers = w.slack().person(person).whispers();
    whispers
        .last()
        .map(|message| message.text.clone())
        .unwrap_or_default()
}

fn is_silent(answered: &End) -> bool {
    matches!(answered, End::Answered { body, .. } if body.is_null())
}

async fn how_a_thread_looks(road: Road) {
    let mut w = orders_falls_behind_over(road).await;
    let (ana, bo) = (w.slack().person("ana"), w.slack().person("bo"));
    let answered = ana.types(ASK, "#ops").await;
    assert!(is_silent(&answered), "{answered:?}");
    let waiting = card(&mut w).await;
    let root = waiting.thread_ts.clone().unwrap();
    let opener = w.slack().message("#ops", &root).unwrap();
    let says = opener
        .text
        .starts_with("ana asks: /flink scale orders parallelism 4");
    assert!(says, "{}", opener.text);
    let mentioned = serde_json::to_string(&waiting.blocks).unwrap();
    let only_bo = mentioned.contains(bo.id()) && !mentioned.contains(ana.id());
    assert!(only_bo, "who can approve is woken: {mentioned}");

    let answered = bo.presses(&waiting, "Approve").await;
    assert!(is_silent(&answered), "{answered:?}");
    w.until(1, "finished").await;
    w.until_told().await;
    let thread = w.slack().thread("#ops", &root);
    let transcript = w.slack().transcript("#ops", &root);
    let decided = w.slack().message("#ops", &waiting.ts).unwrap();
    assert!(
        decided.buttons().is_empty() && decided.edits() > 0,
        "{transcript}"
    );
    assert!(
        thread.iter().filter(|message| message.edits() > 0).count() >= 2,
        "card and progress:\n{transcript}"
    );
    let last = thread.last().unwrap();
    assert!(last.text.starts_with("Better"), "{transcript}");
    assert!(
        last.blocks.iter().any(|block| block["type"] == "image"),
        "the picture is in the message"
    );
    assert_eq!(w.slack().files().len(), 1);
    let told = serde_json::to_string(&last.blocks).unwrap();
    assert!(
        told.contains(ana.id()) && told.contains(bo.id()),
        "requester and voter are named"
    );
    w.ends().await;
}

#[tokio::test]
async fn how_a_thread_looks_over_sockets() {
    how_a_thread_looks(Road::SlackSockets).await;
}

#[tokio::test]
async fn how_a_thread_looks_over_http() {
    how_a_thread_looks(Road::SlackHttp).await;
}

#[tokio::test]
async fn what_was_perhaps_said_is_looked_for_and_not_said_again() {
    let mut w = orders_falls_behind_over(Road::SlackSockets).await;
    for method in ["chat.postMessage", "chat.update"] {
        w.slack().next_calls(2, Aim::to(method), Deed::LoseAnswer);
    }
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.presses("bo", "Approve").await;
    w.until(1, "finished").await;
    w.until_told().await;
    let told = w.told().await;
    let once = |start: &str| told.iter().filter(|text| text.starts_with(start)).count() == 1;
    assert!(
        once("ana asks") && once("#R-1 better: ") && once("Better"),
        "{told:#?}"
    );
    w.ends().await;
}

#[tokio::test]
async fn a_no_asks_for_its_reason_in_a_form() {
    let mut w = orders_falls_behind_over(Road::SlackSockets).await;
    let _ = w.slack().person("ana").types(ASK, "#ops").await;
    let card = card(&mut w).await;
    let bo = w.slack().person("bo");
    let _ = bo.presses(&card, "Deny…").await;
    let form = w.slack().until("the form", |_| bo.form()).await;
    let question = "Why not? Everybody in the thread reads it.";
    let answered = form.fills(question, "not during the sale").submits().await;
    assert!(is_silent(&answered), "{answered:?}");
    w.until(1, "denied").await;
    let last = w.slack().thread("#ops", &card.thread_ts.unwrap()).pop().unwrap();
    assert!(last.text.contains("not during the sale"), "{}", last.text);
    w.ends().await;
}

#[tokio::test]
async fn who_does_not_know_the_words_is_asked_for_them() {
    let mut w = orders_falls_behind_over(Road::SlackHttp).await;
    let ana = w.slack().person("ana");
    let _ = ana.types("/flink", "#ops").await;
    let guide = w.slack().until("the guide", |_| ana.form()).await;
    let choice = guide.sent()["blocks"][0]["element"]["options"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|option| option["text"]["text"].as_str())
        .find(|text| text.starts_with("scale <job>"))
        .unwrap()
        .to_owned();
    let _ = guide.chooses("What do you want to do?", &choice).submits().await;
    let rest = w
        .slack()
        .until("the rest", |_| {
            ana.form().filter(|form| form.sent()["callback_id"] != "verb")
        })
        .await;
    let _ = rest.chooses("<job>", "orders").fills("<n>", "4").submits().await;
    let card = card(&mut w).await;
    assert!(
        card.text.contains("scale orders to parallelism 4"),
        "{}",
        card.text
    );
    w.ends().await;
}

#[tokio::test]
async fn a_command_where_the_bot_is_not_is_refused_with_what_mends_it() {
    let mut w = orders_falls_behind_over(Road::SlackHttp).await;
    w.slack().channel("#private-matters").without_bot();
    let ana = w.slack().person("ana");
    let _ = ana
        .types("/flink scale orders parallelism 4 in shop", "#private-matters")
        .await;
    let refused = whispered(&mut w, "ana").await;
    assert!(refused.contains("/invite @sluice"), "{refused}");
    assert!(w.slack().newest_with("Approve").is_none());
    w.ends().await;
}

#[tokio::test]
async fn a_mention_in_the_thread_decides_and_an_edited_one_does_not() {
    let mut w = orders_falls_behind_over(Road::SlackSockets).await;
    let (ana, bo) = (w.slack().person("ana"), w.slack().person("bo"));
    let _ = ana.types(ASK, "#ops").await;
    let card = card(&mut w).await;
    let root = card.thread_ts.clone();
    let said = bo.says("hello", "#ops", root.as_deref());
    let _ = bo.edits_mention(&said, "@sluice approve").await;
    w.pass(Millis::seconds(3)).await;
    assert!(
        w.slack().newest_with("Approve").is_some(),
        "an edit decides nothing"
    );
    let _ = bo.mentions("approve", "#ops", root.as_deref()).await;
    w.until(1, "finished").await;
    w.ends().await;
}

#[tokio::test]
async fn a_channel_that_must_wait_delays_no_other_and_nothing_is_lost() {
    let mut w = orders_falls_behind_over(Road::SlackSockets).await;
    w.slack().channel("#other");
    w.slack().limits_rates();
    let ana = w.slack().person("ana");
    for _ in 0..4 {
        let _ = ana.types("/flink envs", "#ops").await;
    }
    let _ = ana.types("/flink envs", "#other").await;
    w.until_quiet().await;
    assert_eq!(
        by_app(w.slack(), "#other"),
        1,
        "the other channel was answered at once"
    );
    w.pass(Millis::seconds(30)).await;
    assert_eq!(by_app(w.slack(), "#ops"), 4);
    w.ends().await;
}

fn by_app(slack: &FakeSlack, channel: &str) -> usize {
    slack
        .messages(channel)
        .iter()
        .filter(|message| message.by_app)
        .count()
}

#[tokio::test]
async fn dropped_sockets_are_made_anew() {
    let mut w = orders_falls_behind_over(Road::SlackSockets).await;
    w.slack().goes_down();
    let gone = |slack: &FakeSlack| slack.open_connections().is_empty().then_some(());
    w.slack().until("both sockets gone", gone).await;
    w.slack().comes_back();
    w.slack().until_connected(SOCKETS).await;
    let answered = w.slack().person("ana").types("/flink whoami", "#ops").await;
    assert!(is_silent(&answered), "{answered:?}");
    assert!(whispered(&mut w, "ana").await.contains("ana"));
    w.ends().await;
}

#[tokio::test]
async fn whoever_is_in_the_user_group_approves() {
    let mut w = orders_falls_behind_over(Road::SlackHttp).await;
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.presses("dee", "Approve").await;
    w.reads("dee", "NOT_AN_APPROVER").await;
    let (group, dee) = (w.slack().group_id("owners"), w.slack().person("dee"));
    let _ = w.slack().group_has(&group, &[&dee]).await;
    w.presses("dee", "Approve").await;
    w.until(1, "finished").await;
    w.ends().await;
}
