//! One incident, played through the console's API as people would play it, and printed as it happens.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use super::failed;
use crate::cli::Failure;
use crate::console::{Console, Message};

/// The parallelism that is asked for.
pub const WANTED: u64 = 4;

/// The channel.
const CHANNEL: &str = "ops";

/// The job is watched for this long before anybody asks: as long as the window before the change, and a little.
const WATCHED: Duration = Duration::from_secs(24);

/// An answer to a look, or a card.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// The change, the warm-up and the window after it, on a busy machine.
const END_WITHIN: Duration = Duration::from_secs(240);

/// How often the channel is read.
const READ_AGAIN: Duration = Duration::from_millis(250);

/// The verdicts, as the first word of the last message.
const VERDICTS: [&str; 4] = ["Better", "Same", "Worse", "Inconclusive"];

/// The incident.
pub struct Incident {
    console: Console,
    charts: PathBuf,
    printed: Mutex<BTreeMap<String, String>>,
}

impl Incident {
    /// An incident in this console; pictures are saved in `charts`.
    pub fn new(console: Console, charts: PathBuf) -> Self {
        Self {
            console,
            charts,
            printed: Mutex::default(),
        }
    }

    /// Plays it to its end.
    ///
    /// # Errors
    /// [`Failure::Failed`] where an answer does not come, self-approval is not refused, or no snapshot is posted.
    pub async fn play(&self) -> Result<(), Failure> {
        println!(
            "\nSluice watches the job for {} s (short windows, demo: 20 s before, 10 s warm-up, 20 s after)\n",
            WATCHED.as_secs()
        );
        tokio::time::sleep(WATCHED).await;
        let look = self.say("ana", "status").await?;
        self.until("an answer to status", "ana", ANSWER_WITHIN, |m| {
            m.thread == look && m.author == "sluice"
        })
        .await?;

        let asked = self
            .say(
                "ana",
                "scale orders parallelism 4 because \"backlog grows\" incident 4711",
            )
            .await?;
        let in_thread = |message: &Message| message.thread == asked;
        let card = self
            .until("a card", "ana", ANSWER_WITHIN, |m| {
                in_thread(m) && (m.button("Approve").is_some() || m.refused().is_some())
            })
            .await?;
        self.press("ana", &card).await?;
        self.until("the refusal of a self-approval", "ana", ANSWER_WITHIN, |m| {
            in_thread(m) && m.only_for.as_deref() == Some("ana")
        })
        .await?;
        self.press("bo", &card).await?;
        let last = self
            .until("the end of the change", "bo", END_WITHIN, |m| {
                in_thread(m) && m.id != card.id && is_the_end(m)
            })
            .await?;
        self.save(&last).await
    }

    async fn say(&self, person: &str, text: &str) -> Result<String, Failure> {
        self.console
            .say(Some(person), CHANNEL, None, text)
            .await
            .map_err(failed)
    }

    async fn press(&self, person: &str, card: &Message) -> Result<(), Failure> {
        let button = card
            .button("Approve")
            .ok_or_else(|| Failure::Failed(format!("no plan: {}", card.text)))?;
        println!("{person:<7} presses {}\n", button.label);
        self.console
            .press(person, &card.id, &button.id, None)
            .await
            .map(drop)
            .map_err(failed)
    }

    /// Prints what is new for this person until a message fits.
    async fn until(
        &self,
        what: &str,
        person: &str,
        within: Duration,
        fits: impl Fn(&Message) -> bool,
    ) -> Result<Message, Failure> {
        let reading = async {
            loop {
                let messages = self
                    .console
                    .messages(CHANNEL, Some(person))
                    .await
                    .map_err(failed)?;
                self.print(&messages);
                if let Some(found) = messages.into_iter().rev().find(&fits) {
                    return Ok(found);
                }
                tokio::time::sleep(READ_AGAIN).await;
            }
        };
        tokio::time::timeout(within, reading)
            .await
            .map_err(|_| Failure::Failed(format!("{what} did not come within {} s", within.as_secs())))?
    }

    fn print(&self, messages: &[Message]) {
        let Ok(mut printed) = self.printed.lock() else {
            return;
        };
        for message in messages {
            let before = printed.insert(message.id.clone(), message.text.clone());
            if before.as_ref() == Some(&message.text) {
                continue;
            }
            let author = if message.author == "sluice" {
                "Sluice"
            } else {
                &message.author
            };
            let text = match (&message.only_for, &before) {
                (Some(only), _) => format!("(only {only} sees this)\n{}", message.text),
                (None, Some(before)) => match changed_lines(before, &message.text) {
                    changed if changed.is_empty() => continue,
                    changed => format!("(edited) {}", changed.join("\n")),
                },
                (None, None) => message.text.clone(),
            };
            println!("{author:<7} {}\n", text.replace('\n', "\n        "));
        }
    }

    /// Saves the last message's pictures; without one there was no snapshot.
    async fn save(&self, last: &Message) -> Result<(), Failure> {
        if !VERDICTS
            .iter()
            .any(|verdict| last.headline().starts_with(verdict))
        {
            return Err(Failure::Failed(format!(
                "the change did not come to a verdict: {}",
                last.headline()
            )));
        }
        if last.images.is_empty() {
            return Err(Failure::Failed("the snapshot has no chart".to_owned()));
        }
        for (number, image) in last.images.iter().enumerate() {
            let file = self.charts.join(format!("snapshot-{}.png", number + 1));
            fs::write(&file, self.console.picture(image).await.map_err(failed)?).map_err(failed)?;
            println!("chart   {} ({})", file.display(), image.alt);
        }
        Ok(())
    }
}

/// The lines that an edit brought; what a reader has seen is not printed again.
fn changed_lines<'a>(before: &str, now: &'a str) -> Vec<&'a str> {
    let seen: Vec<&str> = before.lines().collect();
    now.lines().filter(|line| !seen.contains(line)).collect()
}

/// The last message of a request: a verdict, or another end.
fn is_the_end(message: &Message) -> bool {
    let ends = [
        "failed",
        "rolled back",
        "drifted",
        "expired",
        "denied",
        "withdrawn",
        "outcome unknown",
    ];
    let headline = message.headline();
    VERDICTS.iter().any(|verdict| headline.starts_with(verdict))
        || ends.iter().any(|end| {
            headline
                .split_once(' ')
                .is_some_and(|(_, rest)| rest.starts_with(end))
        })
}

#[cfg(test)]
mod tests {
    use super::changed_lines;

    #[test]
    fn of_an_edit_only_what_changed_is_printed() {
        let running = "#R-1 running, step 2 of 3 · 3 s\ndone  checkpoint 118\nnow   upper bounds 4";
        let later =
            "#R-1 running, step 3 of 3 · 9 s\ndone  checkpoint 118\ndone  upper bounds 4\nnow   checkpoint";
        assert_eq!(
            changed_lines(running, later),
            [
                "#R-1 running, step 3 of 3 · 9 s",
                "done  upper bounds 4",
                "now   checkpoint"
            ]
        );
        assert_eq!(changed_lines(running, "done  checkpoint 118"), [] as [&str; 0]);
    }
}
