//! The same change asked, approved and reported in Slack, over sockets and over HTTP.

mod town;

use adapters::chat::slack::socket::SOCKETS;
use commands::names::Millis;
use fakes::slack::{End, FakeSlack};

use town::{Road, Town};

const ASK: &str = "/flink scale orders parallelism 4 because \"lag grows\" incident 4711";

fn silently() -> impl Fn(&End) -> bool {
    |end| matches!(end, End::Answered { body, .. } if body.is_null())
}

async fn a_peer_approves_a_rescale_and_it_helps(road: Road) {
    let mut t = Town::new(road).await;
    let (ana, bo) = (t.slack.person("ana"), t.slack.person("bo"));
    t.pass(Millis::seconds(70)).await;
    let answered = ana.types(ASK, "#ops").await;
    assert!(silently()(&answered), "{answered:?}");
    let card = t.card().await;
    let root = card.thread_ts.clone().unwrap();
    let opener = t.slack.message("#ops", &root).unwrap();
    assert!(
        opener
            .text
            .starts_with("ana asks: /flink scale orders parallelism 4"),
        "{}",
        opener.text
    );
    assert!(card.text.starts_with("#R-1 waiting"), "{}", card.text);
    let mentioned = serde_json::to_string(&card.blocks).unwrap();
    assert!(
        mentioned.contains(bo.id()) && !mentioned.contains(ana.id()),
        "who can approve is told"
    );

    let answered = ana.presses(&card, "Approve").await;
    assert!(silently()(&answered), "{answered:?}");
    let refused = t.whispered("ana").await;
    assert!(refused.contains("SELF_APPROVAL"), "{refused}");
    assert!(t.slack.newest_with("Approve").is_some());

    let _ = bo.presses(&card, "Approve").await;
    t.until("finished").await;
    assert_eq!(t.flink.parallelism("orders"), 4);
    let thread = t.slack.thread("#ops", &root);
    let card = t.slack.message("#ops", &card.ts).unwrap();
    assert!(
        card.buttons().is_empty() && !card.before.is_empty(),
        "a decided card has no buttons: {:?} {} {}",
        card.buttons(),
        card.before.len(),
        t.slack.transcript("#ops", &root)
    );
    let edited = thread.iter().filter(|message| !message.before.is_empty()).count();
    assert!(
        edited >= 2,
        "card and progress are edited:\n{}",
        t.slack.transcript("#ops", &root)
    );
    let last = thread.last().unwrap();
    assert!(
        last.text.starts_with("Better"),
        "{}",
        t.slack.transcript("#ops", &root)
    );
    assert!(
        last.blocks.iter().any(|block| block["type"] == "image"),
        "the picture is in the message"
    );
    assert_eq!(t.slack.files().len(), 1);
    let told = serde_json::to_string(&last.blocks).unwrap();
    assert!(
        told.contains(ana.id()) && told.contains(bo.id()),
        "requester and voter are told"
    );
    assert!(t.link.last_beat().is_some());
    t.ends();
}

#[tokio::test]
async fn a_peer_approves_a_rescale_over_sockets() {
    a_peer_approves_a_rescale_and_it_helps(Road::Sockets).await;
}

#[tokio::test]
async fn a_peer_approves_a_rescale_over_http() {
    a_peer_approves_a_rescale_and_it_helps(Road::Http).await;
}

#[tokio::test]
async fn a_no_asks_for_its_reason_in_a_form() {
    let mut t = Town::new(Road::Sockets).await;
    t.pass(Millis::seconds(70)).await;
    let _ = t.slack.person("ana").types(ASK, "#ops").await;
    let card = t.card().await;
    let bo = t.slack.person("bo");
    let _ = bo.presses(&card, "Deny…").await;
    let form = t.slack.until("the form", |_| bo.form()).await;
    let answered = form
        .fills(
            "Why not? Everybody in the thread reads it.",
            "not during the sale",
        )
        .submits()
        .await;
    assert!(silently()(&answered), "{answered:?}");
    t.until("denied").await;
    let last = t.slack.thread("#ops", &card.thread_ts.unwrap()).pop().unwrap();
    assert!(last.text.contains("not during the sale"), "{}", last.text);
    t.ends();
}

#[tokio::test]
async fn who_does_not_know_the_words_is_asked_for_them() {
    let mut t = Town::new(Road::Http).await;
    t.pass(Millis::seconds(70)).await;
    let ana = t.slack.person("ana");
    let _ = ana.types("/flink", "#ops").await;
    let guide = t.slack.until("the guide", |_| ana.form()).await;
    let choice = guide.sent()["blocks"][0]["element"]["options"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|option| option["text"]["text"].as_str())
        .find(|text| text.starts_with("scale <job>"))
        .unwrap()
        .to_owned();
    let _ = guide.chooses("What do you want to do?", &choice).submits().await;
    let rest = t
        .slack
        .until("the rest", |_| {
            ana.form().filter(|form| form.sent()["callback_id"] != "verb")
        })
        .await;
    let _ = rest.chooses("<job>", "orders").fills("<n>", "4").submits().await;
    let card = t.card().await;
    assert!(
        card.text.contains("scale orders to parallelism 4"),
        "{}",
        card.text
    );
    t.ends();
}

#[tokio::test]
async fn a_command_where_the_bot_is_not_is_refused_with_what_mends_it() {
    let mut t = Town::new(Road::Http).await;
    t.slack.channel("#private-matters").without_bot();
    let ana = t.slack.person("ana");
    let _ = ana
        .types("/flink scale orders parallelism 4 in shop", "#private-matters")
        .await;
    let refused = t.whispered("ana").await;
    assert!(refused.contains("/invite @sluice"), "{refused}");
    assert!(t.slack.newest_with("Approve").is_none());
    t.ends();
}

#[tokio::test]
async fn a_mention_in_the_thread_decides_and_an_edited_one_does_not() {
    let mut t = Town::new(Road::Sockets).await;
    t.pass(Millis::seconds(70)).await;
    let (ana, bo) = (t.slack.person("ana"), t.slack.person("bo"));
    let _ = ana.types(ASK, "#ops").await;
    let card = t.card().await;
    let root = card.thread_ts.clone();
    let said = bo.says("hello", "#ops", root.as_deref());
    let _ = bo.edits_mention(&said, "@sluice approve").await;
    t.pass(Millis::seconds(3)).await;
    assert!(
        t.slack.newest_with("Approve").is_some(),
        "an edit decides nothing"
    );
    let _ = bo.mentions("approve", "#ops", root.as_deref()).await;
    t.until("finished").await;
    t.ends();
}

#[tokio::test]
async fn a_channel_that_must_wait_delays_no_other_and_nothing_is_lost() {
    let mut t = Town::new(Road::Sockets).await;
    t.slack.channel("#other");
    t.slack.limits_rates();
    let ana = t.slack.person("ana");
    for _ in 0..4 {
        let _ = ana.types("/flink envs", "#ops").await;
    }
    let _ = ana.types("/flink envs", "#other").await;
    t.until_quiet().await;
    assert_eq!(
        by_app(&t.slack, "#other"),
        1,
        "the other channel was answered at once"
    );
    t.pass(Millis::seconds(30)).await;
    assert_eq!(by_app(&t.slack, "#ops"), 4);
    t.ends();
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
    let mut t = Town::new(Road::Sockets).await;
    t.slack.goes_down();
    let gone = |slack: &FakeSlack| slack.open_connections().is_empty().then_some(());
    t.slack.until("both sockets gone", gone).await;
    t.slack.comes_back();
    t.slack.until_connected(SOCKETS).await;
    let answered = t.slack.person("ana").types("/flink whoami", "#ops").await;
    assert!(silently()(&answered), "{answered:?}");
    assert!(t.whispered("ana").await.contains("ana"));
    t.ends();
}
