//! A crowd presses Approve at once: owners, the same owners again, the requester, people who may not, strangers. The request
//! is approved once and carried out once, nobody has two votes, and everybody is answered.
//!
//! `SLUICE_TEST_CROWD` says how many presses there are.

use std::collections::BTreeSet;

use fakes::discord::{self, FakeDiscord};
use fakes::flink::{Deed, Effect};
use fakes::sending::End;
use fakes::slack::{self, FakeSlack};
use stories::{Manner, Road, World, needs, of_the_crowd};

use super::scenes::orders_falls_behind;

/// Presses where nothing else is said.
const PRESSES: usize = 1_000;

const APPROVE: &str = "Approve";
const CARD: &str = "who waits for votes has a card";

/// So many owners must say yes.
const QUORUM: u32 = 3;

fn presses() -> usize {
    let said = std::env::var("SLUICE_TEST_CROWD").ok();
    said.map_or(PRESSES, |said| said.parse().expect("a number of presses"))
}

/// Who presses. Of ten presses four are new owners', two are by owners who pressed before, two by strangers.
fn presser(press: usize) -> String {
    let (ten, of_ten) = (press / 10, press % 10);
    match of_ten {
        0..=3 => of_the_crowd(ten * 4 + of_ten),
        4 | 5 => of_the_crowd(ten * 4 + of_ten - 4),
        6 => "dee".to_owned(),
        7 | 8 => format!("stranger-{press}"),
        _ => "ana".to_owned(),
    }
}

/// The card in each chat of a road. Everybody lives in both where there are two, and goes to the other one for a second press.
struct Cards {
    slack: Option<(FakeSlack, slack::Message)>,
    discord: Option<(FakeDiscord, discord::Message)>,
}

enum Pressed {
    InSlack(slack::Act),
    InDiscord(discord::Act),
}

impl Cards {
    fn of(w: &World, road: Road) -> Self {
        let slack = (road != Road::DiscordHttp).then(|| w.slack().clone());
        let discord = (road != Road::SlackHttp).then(|| w.discord().clone());
        Self {
            slack: slack.map(|slack| {
                let card = slack.newest_with(APPROVE).expect(CARD);
                (slack, card)
            }),
            discord: discord.map(|discord| {
                let card = discord.newest_with(APPROVE).expect(CARD);
                (discord, card)
            }),
        }
    }

    fn pressed(&self, press: usize) -> Pressed {
        let person = presser(press);
        match (&self.slack, &self.discord) {
            (Some((slack, card)), other) if other.is_none() || (press / 4).is_multiple_of(2) => {
                Pressed::InSlack(slack.person(&person).presses(card, APPROVE))
            }
            (_, Some((discord, card))) => Pressed::InDiscord(discord.person(&person).presses(card, APPROVE)),
            _ => unreachable!("a road leads somewhere"),
        }
    }

    /// Whether this person was told something alone, in either chat: in Discord in a direct message, where more people ask at
    /// once than it keeps a way to answer in the channel for.
    fn whispered_to(&self, person: &str) -> bool {
        let in_slack = self
            .slack
            .iter()
            .map(|(slack, _)| slack.person(person).whispers().len());
        let in_discord = self.discord.iter().map(|(discord, _)| {
            let person = discord.person(person);
            let directly = discord.messages(discord.direct(&person).id());
            person.whispers().len() + directly.len()
        });
        in_slack.chain(in_discord).any(|whispers| whispers > 0)
    }
}

async fn a_crowd_presses(road: Road) {
    let scene = orders_falls_behind().await;
    let presses = presses();
    let mut layout = scene.layout;
    layout.policy = needs(&[(QUORUM, "owners")]);
    layout.crowd = presses.div_ceil(10) * 4;
    let manner = Manner {
        road,
        measured: false,
        ..Manner::plain()
    };
    let mut w = World::new(scene.flink, layout, manner).await;
    w.says("ana", "scale orders parallelism 4").await;
    w.until(1, "waiting").await;
    w.until_told().await;

    let cards = Cards::of(&w, road);
    let all: Vec<Pressed> = (0..presses).map(|press| cards.pressed(press)).collect();
    // Sluice decides while presses are still on their way.
    let ((), unanswered) = tokio::join!(w.until_quiet(), unanswered(all));
    assert!(
        unanswered.is_empty(),
        "{} presses: {unanswered:#?}",
        unanswered.len()
    );
    w.until(1, "finished").await;
    w.until_told().await;

    approved_and_done_once(&w).await;
    let voters = w.voters(1).await;
    let everybody: BTreeSet<String> = (0..presses).map(presser).collect();
    let of_no_word: Vec<&String> = everybody
        .iter()
        .filter(|person| !voters.contains(person) && !cards.whispered_to(person))
        .collect();
    assert!(of_no_word.is_empty(), "told nothing: {of_no_word:?}");
    w.ends().await;
}

/// The presses that the chat itself saw fail.
async fn unanswered(all: Vec<Pressed>) -> Vec<End> {
    let mut unanswered = Vec::new();
    for pressed in all {
        let end = match pressed {
            Pressed::InSlack(act) => act.await,
            Pressed::InDiscord(act) => act.await,
        };
        if !matches!(end, End::Answered { .. }) {
            unanswered.push(end);
        }
    }
    unanswered
}

async fn approved_and_done_once(w: &World) {
    let events = w.events(1).await;
    for once in ["Approved", "Started"] {
        let times = events.iter().filter(|kind| **kind == once).count();
        assert_eq!(times, 1, "{once}");
    }
    let changes = |effect: &Effect| matches!(effect.deed, Deed::ChangedBounds(_));
    let effects = w.flink.effects();
    assert_eq!(
        effects.iter().filter(|effect| changes(effect)).count(),
        1,
        "{effects:?}"
    );
    assert_eq!(w.flink.parallelism("orders"), 4);
    let voters = w.voters(1).await;
    let persons: BTreeSet<&String> = voters.iter().collect();
    assert_eq!(
        (voters.len(), persons.len()),
        (QUORUM as usize, QUORUM as usize),
        "{voters:?}"
    );
}

#[tokio::test]
async fn a_crowd_approves_once_over_slack() {
    a_crowd_presses(Road::SlackHttp).await;
}

#[tokio::test]
async fn a_crowd_approves_once_over_discord() {
    a_crowd_presses(Road::DiscordHttp).await;
}

#[tokio::test]
async fn a_crowd_approves_once_over_both_at_once() {
    a_crowd_presses(Road::BothOverHttp).await;
}
