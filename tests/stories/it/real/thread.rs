//! One change in the console, as its people see it: asked by ana, approved by bo, followed to its last message.

use anyhow::{Context as _, Result, bail, ensure};
use bot::console::{Console, Message};
use stories::real::program::Sluice;
use stories::real::{AGAIN, WITHIN};
use tokio::time::{sleep, timeout};

/// A thread of the channel `ops`. It outlives the program: after a restart it is opened again.
pub struct Thread {
    console: Console,
    root: String,
}

/// What a message is of a change, in the order in which they come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Its progress says that a step is under way; which one is over soon.
    Running,
    /// The verdict.
    Verdict,
}

impl Thread {
    /// Asks as ana and approves as bo.
    pub async fn approved(sluice: &Sluice, command: &str) -> Result<Self> {
        let console = console_of(sluice)?;
        let root = console.say(Some("ana"), "ops", None, command).await?;
        let thread = Self { console, root };
        let answered = |m: &Message| m.button("Approve").is_some() || m.refused().is_some();
        let card = thread.until("a card", answered).await?;
        let approve = card
            .button("Approve")
            .with_context(|| card.text.clone())?
            .id
            .clone();
        thread.console.press("bo", &card.id, &approve, None).await?;
        Ok(thread)
    }

    /// The same thread in another run of the program.
    pub fn again_in(&self, sluice: &Sluice) -> Result<Self> {
        Ok(Self {
            console: console_of(sluice)?,
            root: self.root.clone(),
        })
    }

    /// The message that tells this, as soon as it is there.
    pub async fn until_told(&self, told: Told) -> Result<Message> {
        match told {
            Told::Running => self.until("a step", |m| m.text.contains("running, step ")).await,
            Told::Verdict => self.until("a verdict", is_a_verdict).await,
        }
    }

    /// The one verdict with its snapshot: numbers of before and after in text, and a picture that can be fetched.
    pub async fn snapshot(&self) -> Result<Message> {
        let last = self.until_told(Told::Verdict).await?;
        let ends = self.messages().await?.into_iter().filter(is_a_verdict).count();
        ensure!(ends == 1, "the end was told {ends} times");
        for number in ["before", "after"] {
            ensure!(last.text.contains(number), "no {number}: {}", last.text);
        }
        ensure!(
            !last.headline().starts_with("Inconclusive") || !last.text.contains(" 0/s"),
            "an unknown rate is no 0: {}",
            last.text
        );
        let image = last
            .images
            .first()
            .with_context(|| format!("no picture: {}", last.text))?;
        let picture = self.console.picture(image).await?;
        ensure!(picture.starts_with(b"\x89PNG"), "the picture is no PNG");
        Ok(last)
    }

    async fn messages(&self) -> Result<Vec<Message>> {
        let all = self.console.messages("ops", Some("ana")).await?;
        Ok(all.into_iter().filter(|m| m.thread == self.root).collect())
    }

    /// The newest message of the thread that fits, as soon as there is one.
    async fn until(&self, what: &str, fits: impl Fn(&Message) -> bool) -> Result<Message> {
        let looking = async {
            loop {
                match self.messages().await?.into_iter().rev().find(&fits) {
                    Some(message) => return anyhow::Ok(message),
                    None => sleep(AGAIN).await,
                }
            }
        };
        match timeout(WITHIN, looking).await {
            Ok(found) => found,
            Err(_) => bail!("{what} was not told: {:#?}", self.messages().await?),
        }
    }
}

fn is_a_verdict(message: &Message) -> bool {
    let verdicts = ["Better", "Same", "Worse", "Inconclusive"];
    verdicts
        .iter()
        .any(|verdict| message.headline().starts_with(verdict))
}

/// A client for the console of a program at work.
fn console_of(sluice: &Sluice) -> Result<Console> {
    let (base, token) = sluice
        .address
        .split_once("/#token=")
        .context("the address has a token")?;
    Ok(Console::new(base.parse()?, token.to_owned().into())?)
}
