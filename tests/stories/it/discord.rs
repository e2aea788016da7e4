//! The same change asked, approved and reported in Discord, over the gateway and over HTTP.

mod town;

use std::time::Duration;

use commands::names::Millis;
use fakes::calls::Aim;
use fakes::discord::{Deafness, Deed, End, FakeDiscord, Trait};

use town::{Road, Town};

const ASK: &str = "/flink scale parallelism job:orders n:4 because:lag grows incident:4711";

fn kind(end: &End) -> u64 {
    match end {
        End::Answered { body, .. } => body["type"].as_u64().unwrap_or_default(),
        _ => panic!("not answered: {end:?}"),
    }
}

async fn a_peer_approves_a_rescale_and_it_helps(road: Road) {
    let mut t = Town::new(road).await;
    let (ana, bo) = (t.discord.person("ana"), t.discord.person("bo"));
    t.pass(Millis::seconds(70)).await;
    assert_eq!(kind(&ana.types(ASK, "#ops").await), 4);
    let card = t.card().await;
    let root = card.channel.clone();
    let opener = t.discord.message("#ops", &root).unwrap();
    assert!(opener.content.contains("ana asks"), "{}", opener.content);
    assert!(card.content.contains("R-1 waiting"), "{}", card.content);
    let told = t.discord.told(&card);
    assert!(
        told.contains(&bo.id().to_owned()) && !told.contains(&ana.id().to_owned()),
        "who can approve is told: {told:?}"
    );

    assert_eq!(kind(&ana.presses(&card, "Approve").await), 6);
    let refused = t.whispered("ana").await;
    assert!(refused.contains("SELF\\_APPROVAL"), "{refused}");
    assert!(t.discord.newest_with("Approve").is_some());

    assert_eq!(kind(&bo.presses(&card, "Approve").await), 6);
    t.until("finished").await;
    assert_eq!(t.flink.parallelism("orders"), 4);
    let thread = t.discord.thread(&root);
    let card = t.discord.message(&root, &card.id).unwrap();
    assert!(
        card.buttons().is_empty() && card.edits() > 0,
        "a decided card has no buttons:\n{}",
        t.discord.transcript(&root)
    );
    let edited = thread.iter().filter(|message| message.edits() > 0).count();
    assert!(edited >= 2, "card and progress are edited");
    let last = thread.last().unwrap();
    assert!(last.content.contains("Better"), "{}", t.discord.transcript(&root));
    let told = t.discord.told(last);
    assert!(told.contains(&ana.id().to_owned()) && told.contains(&bo.id().to_owned()));
    assert_eq!(t.discord.files_of(last).len(), 1, "the picture is in the message");
    assert!(t.link.last_beat().is_some());
    t.ends();
}

#[tokio::test]
async fn a_peer_approves_a_rescale_over_the_gateway() {
    a_peer_approves_a_rescale_and_it_helps(Road::Gateway).await;
}

#[tokio::test]
async fn a_peer_approves_a_rescale_over_http() {
    a_peer_approves_a_rescale_and_it_helps(Road::Http).await;
}

#[tokio::test]
async fn a_no_asks_for_its_reason_in_a_form() {
    let mut t = Town::new(Road::Gateway).await;
    t.pass(Millis::seconds(70)).await;
    let _ = t.discord.person("ana").types(ASK, "#ops").await;
    let card = t.card().await;
    let bo = t.discord.person("bo");
    assert_eq!(kind(&bo.presses(&card, "Deny…").await), 9);
    let form = bo.form().unwrap();
    let form = form.fills(
        "Why not? Everybody in the thread reads it.",
        "not during the sale",
    );
    assert_eq!(kind(&form.submits().await), 6);
    t.until("denied").await;
    let last = t.discord.thread(&card.channel).pop().unwrap();
    assert!(last.content.contains("not during the sale"), "{}", last.content);
    t.ends();
}

#[tokio::test]
async fn who_copied_a_command_pastes_it_and_who_knows_none_gets_a_form() {
    let mut t = Town::new(Road::Http).await;
    t.pass(Millis::seconds(70)).await;
    let ana = t.discord.person("ana");
    assert_eq!(kind(&ana.types("/sluice", "#ops").await), 9);
    let form = ana.form().unwrap();
    let _ = form
        .fills("What do you want to do?", "scale orders parallelism 4")
        .submits()
        .await;
    let card = t.card().await;
    assert!(
        card.content.contains("scale orders to parallelism 4"),
        "{}",
        card.content
    );
    t.ends();
}

#[tokio::test]
async fn a_command_is_completed_from_what_is_known_and_read_again_when_it_is_sent() {
    let mut t = Town::new(Road::Gateway).await;
    t.pass(Millis::seconds(70)).await;
    let ana = t.discord.person("ana");
    let offered = ana.suggestions("/flink scale parallelism job:or", "#ops").await;
    assert_eq!(offered, [("orders".to_owned(), "orders".into())]);
    assert_eq!(
        kind(
            &ana.types("/flink scale parallelism job:orders n:many", "#ops")
                .await
        ),
        5
    );
    let refused = t.whispered("ana").await;
    assert!(refused.contains("many"), "{refused}");
    t.ends();
}

#[tokio::test]
async fn a_holder_of_the_role_approves_and_who_lost_it_does_not() {
    let mut t = Town::new(Road::Gateway).await;
    t.pass(Millis::seconds(70)).await;
    let _ = t.discord.person("ana").types(ASK, "#ops").await;
    let card = t.card().await;
    let cy = t.discord.person("cy");
    let role = t.discord.role("leads");
    let _ = cy.presses(&card, "Approve").await;
    let refused = t.whispered("cy").await;
    assert!(refused.contains("bo"), "{refused}");
    cy.has_role(&role);
    let _ = cy.presses(&card, "Approve").await;
    t.until("finished").await;
    t.ends();
}

#[tokio::test]
async fn nobody_is_let_in_who_may_not_act() {
    let mut t = Town::new(Road::Http).await;
    for (name, what) in [
        ("robot", Trait::Bot),
        ("newcomer", Trait::Pending),
        ("silenced", Trait::TimedOut),
    ] {
        let person = t.discord.person(name);
        person.is(what);
        assert_eq!(kind(&person.types("/flink envs", "#ops").await), 4, "{name}");
    }
    t.pass(Millis::seconds(3)).await;
    assert_eq!(by_app(&t.discord, "#ops"), 0, "nothing is said in the channel");
    assert_eq!(t.link.counted().refused, 4, "and one bad signature");
    t.ends();
}

#[tokio::test]
async fn a_command_where_the_bot_may_not_write_is_refused_with_what_mends_it() {
    let mut t = Town::new(Road::Http).await;
    t.discord.channel("#quiet").denies_bot(1 << 35 | 1 << 38);
    let ana = t.discord.person("ana");
    let _ = ana
        .types("/flink scale parallelism job:orders n:4 in:shop", "#quiet")
        .await;
    let refused = t.whispered("ana").await;
    assert!(refused.contains("open threads"), "{refused}");
    assert!(t.discord.newest_with("Approve").is_none());
    t.ends();
}

#[tokio::test]
async fn an_archived_thread_is_opened_again_for_its_vote() {
    let mut t = Town::new(Road::Gateway).await;
    t.pass(Millis::seconds(70)).await;
    let ana = t.discord.person("ana");
    let _ = ana.types(ASK, "#ops").await;
    let card = t.card().await;
    t.discord.room(&card.channel).is_archived();
    let _ = ana.types("/flink withdraw request:R-1", "#ops").await;
    t.until("withdrawn").await;
    assert!(
        t.discord
            .message(&card.channel, &card.id)
            .unwrap()
            .buttons()
            .is_empty()
    );
    t.ends();
}

#[tokio::test]
async fn a_channel_that_must_wait_delays_no_other_and_nothing_is_lost() {
    let mut t = Town::new(Road::Gateway).await;
    t.discord.channel("#other");
    t.discord.limits_rates();
    let ana = t.discord.person("ana");
    for _ in 0..8 {
        let _ = ana.types("/flink envs", "#ops").await;
    }
    let _ = ana.types("/flink envs", "#other").await;
    t.until_quiet().await;
    assert_eq!(
        by_app(&t.discord, "#other"),
        1,
        "the other channel was answered at once"
    );
    t.pass(Millis::seconds(30)).await;
    assert_eq!(by_app(&t.discord, "#ops"), 8);
    t.ends();
}

fn by_app(discord: &FakeDiscord, channel: &str) -> usize {
    discord
        .messages(channel)
        .iter()
        .filter(|message| message.by_app && message.only_for.is_none())
        .count()
}

#[tokio::test]
async fn a_dropped_gateway_is_resumed_and_what_was_missed_comes_again() {
    let mut t = Town::new(Road::Gateway).await;
    let left = t.discord.identifies_left();
    let first = t.discord.open_connections()[0];
    t.discord.closes(first, None);
    let again = |discord: &FakeDiscord| discord.open_connections().into_iter().find(|it| *it != first);
    t.discord.until("another connection", again).await;
    t.discord.until_connected(1).await;
    assert_eq!(t.discord.identifies_left(), left, "no session was begun");
    let resumed = t.discord.connections().pop().unwrap();
    assert!(resumed.resumed && resumed.came_to_resume_url);
    assert_eq!(
        kind(&t.discord.person("ana").types("/flink whoami", "#ops").await),
        5
    );
    assert!(t.whispered("ana").await.contains("ana"));
    t.ends();
}

#[tokio::test]
async fn a_deaf_gateway_is_noticed_counted_and_made_anew() {
    let mut t = Town::new(Road::Gateway).await;
    t.discord.beats_every(Duration::from_millis(200));
    let first = t.discord.open_connections()[0];
    t.discord.asks_to_reconnect(first);
    let after = |number: usize| {
        move |discord: &FakeDiscord| discord.open_connections().into_iter().find(|it| *it > number)
    };
    let second = t.discord.until("another connection", after(first)).await;
    t.discord.deafens(second, Deafness::NoAcks);
    t.discord.until("a third connection", after(second)).await;
    assert_eq!(t.link.counted().deaf, 1);
    assert_eq!(
        kind(&t.discord.person("ana").types("/flink whoami", "#ops").await),
        5
    );
    assert!(t.whispered("ana").await.contains("ana"));
    t.ends();
}

#[tokio::test]
async fn what_a_locked_thread_does_not_take_is_said_in_the_channel() {
    let mut t = Town::new(Road::Http).await;
    t.pass(Millis::seconds(70)).await;
    let _ = t.discord.person("ana").types(ASK, "#ops").await;
    let card = t.card().await;
    t.discord.room(&card.channel).is_locked(true);
    let _ = t.discord.person("bo").presses(&card, "Approve").await;
    t.until("finished").await;
    let said = t.discord.messages("#ops");
    assert!(
        said.iter().any(|message| message.content.contains("Better")),
        "{}",
        t.discord.transcript_of("#ops")
    );
    t.ends();
}

#[tokio::test]
async fn a_post_whose_answer_was_lost_stands_there_once() {
    let mut t = Town::new(Road::Gateway).await;
    let ana = t.discord.person("ana");
    t.discord.next_call(
        Aim::at("POST", "/channels/{channel_id}/messages"),
        Deed::LoseAnswer,
    );
    let _ = ana.types("/flink envs", "#ops").await;
    t.pass(Millis::seconds(10)).await;
    assert_eq!(by_app(&t.discord, "#ops"), 1);
    t.ends();
}
