//! Outside demo mode the page is a board. What is open on it was asked in demo mode before, on the same ledger: outside it
//! people ask in a chat.

use anyhow::{Context as _, Result, bail};
use bot::console::{Console, Message};
use fakes::flink::job;
use stories::real::program::{Sluice, write_config_with};
use stories::real::{AGAIN, WITHIN};
use tokio::time::{sleep, timeout};

use super::{flink_in_real_time, has_a_browser, lawful, played};

/// The second environment, with a channel of its own.
fn payments(flink_url: &str) -> String {
    format!(
        "  payments:
    platform: standalone
    flink_url: {flink_url}
    channels: [\"console:payments\"]
"
    )
}

#[tokio::test]
async fn outside_demo_mode_the_page_shows_what_is_open_and_nobody_acts() -> Result<()> {
    if !has_a_browser() {
        return Ok(());
    }
    let (shop, _time) = flink_in_real_time(job("orders").arriving(600.0).capacity_per_subtask(200.0)).await?;
    let (billing, _its_time) = flink_in_real_time(job("invoices").arriving(90.0)).await?;
    let folder = tempfile::tempdir()?;
    // The one that runs is measured until the story is over.
    let windows = "before: 10s, warm_up: 10m, after: 10m";
    let config = write_config_with(folder.path(), &shop.url(), windows, &payments(&billing.url())).await?;

    let demo = Sluice::start(&config).await?;
    let people = People::of(&demo)?;
    let [ana, bo, cy] = ["ana", "bo", "cy"];
    let measured = people
        .ask(
            ana,
            "ops",
            "scale orders parallelism 4 because \"the backlog grows\" incident 4711",
        )
        .await?;
    people.approve(bo, "ops", &measured).await?;
    people.read("ops", "settling").await?;
    let queued = people.ask(bo, "ops", "scale orders parallelism 3").await?;
    people.approve(ana, "ops", &queued).await?;
    people.read("ops", "queued").await?;
    people
        .ask(
            cy,
            "payments",
            "scale invoices parallelism 2 because \"month end, twice the volume\"",
        )
        .await?;
    demo.kill().await?;

    let sluice = Sluice::start_in_production(&config).await?;
    played("board", &sluice.address).await?;
    lawful(&shop)?;
    lawful(&billing)
}

/// Whoever acts in demo mode.
struct People(Console);

impl People {
    fn of(sluice: &Sluice) -> Result<Self> {
        let (base, token) = sluice
            .address
            .split_once("/#token=")
            .context("the address has a token")?;
        Ok(Self(Console::new(base.parse()?, token.to_owned().into())?))
    }

    /// The card that asks for votes.
    async fn ask(&self, person: &str, channel: &str, command: &str) -> Result<Message> {
        let root = self.0.say(Some(person), channel, None, command).await?;
        let is_card = |message: &Message| message.thread == root && message.button("Approve").is_some();
        self.until(channel, command, is_card).await
    }

    async fn approve(&self, person: &str, channel: &str, card: &Message) -> Result<()> {
        let button = card.button("Approve").context("it is a card")?;
        self.0.press(person, &card.id, &button.id, None).await?;
        let is_decided = |message: &Message| message.id == card.id && message.button("Approve").is_none();
        self.until(channel, "the decision", is_decided).await?;
        Ok(())
    }

    /// Somebody is told this.
    async fn read(&self, channel: &str, words: &str) -> Result<()> {
        self.until(channel, words, |message| message.headline().contains(words))
            .await?;
        Ok(())
    }

    async fn until(&self, channel: &str, what: &str, fits: impl Fn(&Message) -> bool) -> Result<Message> {
        let looking = async {
            loop {
                let messages = self.0.messages(channel, Some("ana")).await?;
                match messages.into_iter().rev().find(&fits) {
                    Some(message) => return anyhow::Ok(message),
                    None => sleep(AGAIN).await,
                }
            }
        };
        match timeout(WITHIN, looking).await {
            Ok(found) => found,
            Err(_) => bail!(
                "{what} did not come: {:#?}",
                self.0.messages(channel, Some("ana")).await?
            ),
        }
    }
}
