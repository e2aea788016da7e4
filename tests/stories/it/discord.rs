//! What is particular to Discord: how a thread looks there, native commands, forms, roles, places without threads, limits,
//! lost links. Every other story is told over it too.

use std::time::Duration;

use commands::names::Millis;
use fakes::calls::Aim;
use fakes::discord::{Deafness, Deed, End, FakeDiscord, Message, Trait};

use stories::{Road, World};

use super::scenes::orders_falls_behind_over;

const ASK: &str = "/flink scale parallelism job:orders n:4 because:lag grows incident:4711";

/// The card that asks for votes.
async fn card(w: &mut World) -> Message {
    w.until_told().await;
    let card = w.discord().newest_with("Approve");
    card.unwrap_or_else(|| panic!("no card:\n{}", w.discord().transcript_of("#ops")))
}

/// What one person was told alone.
async fn whispered(w: &mut World, person: &str) -> String {
    w.until_told().await;
    let whispers = w.discord().person(person).whispers();
    whispers
        .last()
        .map(|message| message.content.clone())
        .unwrap_or_default()
}

fn kind(end: &End) -> u64 {
    match end {
        End::Answered { body, .. } => body["type"].as_u64().unwrap_or_default(),
        _ => panic!("not answered: {end:?}"),
    }
}

async fn a_peer_approves_a_rescale_and_it_helps(road: Road) {
    let mut w = orders_falls_behind_over(road).await;
    let (ana, bo) = (w.discord().person("ana"), w.discord().person("bo"));
    assert_eq!(kind(&ana.types(ASK, "#ops").await), 4);
    let card = card(&mut w).await;
    let root = card.channel.clone();
    let opener = w.discord().message("#ops", &root).unwrap();
    assert!(opener.content.contains("ana asks"), "{}", opener.content);
    assert!(card.content.contains("R-1 waiting"), "{}", card.content);
    let told = w.discord().told(&card);
    assert!(
        told.contains(&bo.id().to_owned()) && !told.contains(&ana.id().to_owned()),
        "who can approve is told: {told:?}"
    );

    assert_eq!(kind(&ana.presses(&card, "Approve").await), 6);
    let refused = whispered(&mut w, "ana").await;
    assert!(refused.contains("SELF\\_APPROVAL"), "{refused}");
    assert!(w.discord().newest_with("Approve").is_some());

    assert_eq!(kind(&bo.presses(&card, "Approve").await), 6);
    w.until(1, "finished").await;
    w.until_told().await;
    assert_eq!(w.flink.parallelism("orders"), 4);
    let thread = w.discord().thread(&root);
    let card = w.discord().message(&root, &card.id).unwrap();
    assert!(
        card.buttons().is_empty() && card.edits() > 0,
        "a decided card has no buttons:\n{}",
        w.discord().transcript(&root)
    );
    let edited = thread.iter().filter(|message| message.edits() > 0).count();
    assert!(edited >= 2, "card and progress are edited");
    let last = thread.last().unwrap();
    assert!(
        last.content.contains("Better"),
        "{}",
        w.discord().transcript(&root)
    );
    let told = w.discord().told(last);
    assert!(told.contains(&ana.id().to_owned()) && told.contains(&bo.id().to_owned()));
    assert_eq!(
        w.discord().files_of(last).len(),
        1,
        "the picture is in the message"
    );
    assert!(w.link().last_beat().is_some());
    w.ends().await;
}

#[tokio::test]
async fn a_peer_approves_a_rescale_over_the_gateway() {
    a_peer_approves_a_rescale_and_it_helps(Road::DiscordGateway).await;
}

#[tokio::test]
async fn a_peer_approves_a_rescale_over_http() {
    a_peer_approves_a_rescale_and_it_helps(Road::DiscordHttp).await;
}

#[tokio::test]
async fn a_no_asks_for_its_reason_in_a_form() {
    let mut w = orders_falls_behind_over(Road::DiscordGateway).await;
    let _ = w.discord().person("ana").types(ASK, "#ops").await;
    let card = card(&mut w).await;
    let bo = w.discord().person("bo");
    assert_eq!(kind(&bo.presses(&card, "Deny…").await), 9);
    let form = bo.form().unwrap();
    let form = form.fills(
        "Why not? Everybody in the thread reads it.",
        "not during the sale",
    );
    assert_eq!(kind(&form.submits().await), 6);
    w.until(1, "denied").await;
    w.until_told().await;
    let last = w.discord().thread(&card.channel).pop().unwrap();
    assert!(last.content.contains("not during the sale"), "{}", last.content);
    w.ends().await;
}

#[tokio::test]
async fn who_copied_a_command_pastes_it_and_who_knows_none_gets_a_form() {
    let mut w = orders_falls_behind_over(Road::DiscordHttp).await;
    let ana = w.discord().person("ana");
    assert_eq!(kind(&ana.types("/sluice", "#ops").await), 9);
    let form = ana.form().unwrap();
    let _ = form
        .fills("What do you want to do?", "scale orders parallelism 4")
        .submits()
        .await;
    let card = card(&mut w).await;
    assert!(
        card.content.contains("scale orders to parallelism 4"),
        "{}",
        card.content
    );
    w.ends().await;
}

#[tokio::test]
async fn a_command_is_completed_from_what_is_known_and_read_again_when_it_is_sent() {
    let mut w = orders_falls_behind_over(Road::DiscordGateway).await;
    let ana = w.discord().person("ana");
    let offered = ana.suggestions("/flink scale parallelism job:or", "#ops").await;
    assert_eq!(offered, [("orders".to_owned(), "orders".into())]);
    assert_eq!(
        kind(
            &ana.types("/flink scale parallelism job:orders n:many", "#ops")
                .await
        ),
        5
    );
    let refused = whispered(&mut w, "ana").await;
    assert!(refused.contains("many"), "{refused}");
    w.ends().await;
}

#[tokio::test]
async fn a_holder_of_the_role_approves_and_who_lost_it_does_not() {
    let mut w = orders_falls_behind_over(Road::DiscordGateway).await;
    let _ = w.discord().person("ana").types(ASK, "#ops").await;
    let card = card(&mut w).await;
    let dee = w.discord().person("dee");
    let role = w.discord().role("owners");
    let _ = dee.presses(&card, "Approve").await;
    let refused = whispered(&mut w, "dee").await;
    assert!(refused.contains("NOT\\_AN\\_APPROVER"), "{refused}");
    dee.has_role(&role).lost_role(&role);
    let _ = dee.presses(&card, "Approve").await;
    let refused = whispered(&mut w, "dee").await;
    assert!(refused.contains("NOT\\_AN\\_APPROVER"), "{refused}");
    assert_eq!(w.state(1).await, "waiting");
    dee.has_role(&role);
    let _ = dee.presses(&card, "Approve").await;
    w.until(1, "finished").await;
    w.ends().await;
}

#[tokio::test]
async fn nobody_is_let_in_who_may_not_act() {
    let mut w = orders_falls_behind_over(Road::DiscordHttp).await;
    for (name, what) in [
        ("robot", Trait::Bot),
        ("newcomer", Trait::Pending),
        ("silenced", Trait::TimedOut),
    ] {
        let person = w.discord().person(name);
        person.is(what);
        assert_eq!(kind(&person.types("/flink envs", "#ops").await), 4, "{name}");
    }
    w.pass(Millis::seconds(3)).await;
    assert_eq!(by_app(w.discord(), "#ops"), 0, "nothing is said in the channel");
    assert_eq!(w.link().counted().refused, 4, "and one bad signature");
    w.ends().await;
}

#[tokio::test]
async fn a_command_where_the_bot_may_not_write_is_refused_with_what_mends_it() {
    let mut w = orders_falls_behind_over(Road::DiscordHttp).await;
    w.discord().channel("#quiet").denies_bot(1 << 35 | 1 << 38);
    let ana = w.discord().person("ana");
    let _ = ana
        .types("/flink scale parallelism job:orders n:4 in:shop", "#quiet")
        .await;
    let refused = whispered(&mut w, "ana").await;
    assert!(refused.contains("open threads"), "{refused}");
    assert!(w.discord().newest_with("Approve").is_none());
    w.ends().await;
}

#[tokio::test]
async fn an_archived_thread_is_opened_again_for_its_vote() {
    let mut w = orders_falls_behind_over(Road::DiscordGateway).await;
    let ana = w.discord().person("ana");
    let _ = ana.types(ASK, "#ops").await;
    let card = card(&mut w).await;
    w.discord().room(&card.channel).is_archived();
    let _ = ana.types("/flink withdraw request:R-1", "#ops").await;
    w.until(1, "withdrawn").await;
    w.until_told().await;
    assert!(
        w.discord()
            .message(&card.channel, &card.id)
            .unwrap()
            .buttons()
            .is_empty()
    );
    w.ends().await;
}

#[tokio::test]
async fn a_channel_that_must_wait_delays_no_other_and_nothing_is_lost() {
    let mut w = orders_falls_behind_over(Road::DiscordGateway).await;
    w.discord().channel("#other");
    w.discord().limits_rates();
    let ana = w.discord().person("ana");
    for _ in 0..8 {
        let _ = ana.types("/flink envs", "#ops").await;
    }
    let _ = ana.types("/flink envs", "#other").await;
    w.until_quiet().await;
    assert_eq!(
        by_app(w.discord(), "#other"),
        1,
        "the other channel was answered at once"
    );
    w.pass(Millis::seconds(30)).await;
    assert_eq!(by_app(w.discord(), "#ops"), 8);
    w.ends().await;
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
    let mut w = orders_falls_behind_over(Road::DiscordGateway).await;
    let left = w.discord().identifies_left();
    let first = w.discord().open_connections()[0];
    w.discord().closes(first, None);
    let again = |discord: &FakeDiscord| discord.open_connections().into_iter().find(|it| *it != first);
    w.discord().until("another connection", again).await;
    w.discord().until_connected(1).await;
    assert_eq!(w.discord().identifies_left(), left, "no session was begun");
    let resumed = w.discord().connections().pop().unwrap();
    assert!(resumed.resumed && resumed.came_to_resume_url);
    assert_eq!(
        kind(&w.discord().person("ana").types("/flink whoami", "#ops").await),
        5
    );
    assert!(whispered(&mut w, "ana").await.contains("ana"));
    w.ends().await;
}

#[tokio::test]
async fn a_deaf_gateway_is_noticed_counted_and_made_anew() {
    let mut w = orders_falls_behind_over(Road::DiscordGateway).await;
    w.discord().beats_every(Duration::from_millis(200));
    let first = w.discord().open_connections()[0];
    w.discord().asks_to_reconnect(first);
    let after = |number: usize| {
        move |discord: &FakeDiscord| discord.open_connections().into_iter().find(|it| *it > number)
    };
    let second = w.discord().until("another connection", after(first)).await;
    w.discord().deafens(second, Deafness::NoAcks);
    w.discord().until("a third connection", after(second)).await;
    assert_eq!(w.link().counted().deaf, 1);
    assert_eq!(
        kind(&w.discord().person("ana").types("/flink whoami", "#ops").await),
        5
    );
    assert!(whispered(&mut w, "ana").await.contains("ana"));
    w.ends().await;
}

#[tokio::test]
async fn what_a_locked_thread_does_not_take_is_said_in_the_channel() {
    let mut w = orders_falls_behind_over(Road::DiscordHttp).await;
    let _ = w.discord().person("ana").types(ASK, "#ops").await;
    let card = card(&mut w).await;
    w.discord().room(&card.channel).is_locked(true);
    let _ = w.discord().person("bo").presses(&card, "Approve").await;
    w.until(1, "finished").await;
    w.until_told().await;
    let said = w.discord().messages("#ops");
    assert!(
        said.iter().any(|message| message.content.contains("Better")),
        "{}",
        w.discord().transcript_of("#ops")
    );
    w.ends().await;
}

#[tokio::test]
async fn a_post_whose_answer_was_lost_stands_there_once() {
    let mut w = orders_falls_behind_over(Road::DiscordGateway).await;
    let ana = w.discord().person("ana");
    w.discord().next_call(
        Aim::at("POST", "/channels/{channel_id}/messages"),
        Deed::LoseAnswer,
    );
    let _ = ana.types("/flink envs", "#ops").await;
    w.pass(Millis::seconds(10)).await;
    assert_eq!(by_app(w.discord(), "#ops"), 1);
    w.ends().await;
}
