//! What must be the same at the end, however a story was told.

use adapters::wording;
use fakes::flink::{Deed, Passage};

use crate::town::{Message, Town};
use crate::world::World;

/// How a story ended.
#[derive(Debug, PartialEq, Eq)]
pub struct Ending {
    /// The state of each request.
    pub states: Vec<&'static str>,
    /// What changed on Flink, in order.
    pub effects: Vec<String>,
    /// What TaskManager processes did, in order.
    pub passages: Vec<&'static str>,
    /// How each job ended up: name, parallelism, lower and upper bound.
    pub jobs: Vec<(String, u32, u32, u32)>,
    /// How many TaskManagers there are.
    pub task_managers: usize,
    /// The first line of each message of Sluice, with its only reader; measured values and moments left out.
    pub told: Vec<String>,
}

impl Ending {
    /// What lasts of it: words differ from chat to chat.
    pub fn without_words(self) -> Self {
        Self {
            told: Vec::new(),
            ..self
        }
    }

    /// Looks at a world whose story is over.
    pub async fn of(world: &World) -> Self {
        let flink = &world.flink;
        let messages = world.town.messages().await;
        // What a process that dies while it stores may still have said.
        let last_words = wording::chats::not_recorded("en");
        let told = messages
            .iter()
            .filter(|message| message.by_sluice && message.text != last_words);
        Self {
            states: world.states().await,
            effects: flink
                .effects()
                .iter()
                .map(|effect| shown(&effect.job, &effect.deed))
                .collect(),
            passages: flink.passages().iter().map(passing).collect(),
            jobs: flink.jobs().into_iter().map(|job| of_job(world, job)).collect(),
            task_managers: flink.taskmanagers().len(),
            told: told.fold(Vec::new(), |told, message| with(told, message, &*world.town)),
        }
    }
}

fn with(mut told: Vec<String>, message: &Message, town: &dyn Town) -> Vec<String> {
    let reader = message.only_for.as_deref().unwrap_or("all");
    let line = format!("{reader}: {}", without_moments(&message.text));
    let may_be_a_repetition = message.only_for.is_some() && town.whispers_may_repeat();
    if !(may_be_a_repetition && told.last() == Some(&line)) {
        told.push(line);
    }
    told
}

fn shown(job: &str, deed: &Deed) -> String {
    match deed {
        Deed::TriggeredCheckpoint(_) => format!("{job}: checkpoint"),
        Deed::ChangedBounds(bounds) => format!("{job}: bounds {bounds}"),
    }
}

fn passing(passage: &Passage) -> &'static str {
    match passage {
        Passage::Came(_) => "came",
        Passage::Left(_) => "left",
        Passage::Vanished(_) => "vanished",
    }
}

fn of_job(world: &World, job: String) -> (String, u32, u32, u32) {
    let bounds = world.flink.bounds(&job);
    (
        job.clone(),
        world.flink.parallelism(&job),
        bounds.lower,
        bounds.upper,
    )
}

/// The first line, where a number with a unit, and a word with more than a number in it, is not told: it depends on when
/// something was measured or done. Requests and plain numbers are.
fn without_moments(text: &str) -> String {
    let words: Vec<&str> = text
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let units = ["s", "min", "h", "d", "%", "k", "M", "G"];
    let told = words.iter().enumerate().map(|(at, word)| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_number = bare.bytes().all(|b| b.is_ascii_digit());
        let has_unit = words
            .get(at + 1)
            .is_some_and(|next| units.contains(&next.trim_matches(|c: char| ",.;)".contains(c))));
        let is_request = bare.starts_with("R-");
        let has_digit = bare.bytes().any(|b| b.is_ascii_digit());
        if has_digit && !is_request && (!is_number || has_unit) {
            "#"
        } else {
            word
        }
    });
    told.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_depends_on_the_moment_is_left_out() {
        assert_eq!(
            without_moments("#R-1 finished: orders to 4 in 12 s, out 595/s at 03:10 (sluice-00ff)\nmore"),
            "#R-1 finished: orders to 4 in # s, out # at # #"
        );
    }
}
