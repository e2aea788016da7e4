//! A thousand people press Approve at once, in Slack over HTTP, through the real program; also where the disk lags.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use fakes::slack::{Addresses, End, FakeSlack, Message, Person};
use futures::future::try_join_all;

use crate::Failure;
use crate::program::Program;
use crate::table::{Row, ms, percentile};
use crate::target::{Target, WITHIN, time_goes_by};

const PEOPLE: usize = 1_000;
const CHANNEL: &str = "#ops";

/// Source of a library that makes every sync take 50 ms longer.
const LAGGING: &str = include_str!("lagging.c");

/// Everybody presses on a disk as it is.
///
/// # Errors
/// Where somebody is not answered, or nothing is changed.
pub async fn crowd(folder: &Path) -> Result<Row, Failure> {
    let what = format!("{PEOPLE} press Approve at once");
    let pressed = pressed(folder, Vec::new()).await?;
    Ok(pressed.row(what, "p99 under 500 ms"))
}

/// Everybody presses while each sync takes 50 ms longer.
///
/// # Errors
/// Also where there is no C compiler (`cc`) to make the disk lag with.
pub async fn crowd_on_a_lagging_disk(folder: &Path) -> Result<Row, Failure> {
    let library = lagging_library(folder)?;
    let variables = vec![("LD_PRELOAD".to_owned(), library.display().to_string())];
    let what = "the same where a sync takes 50 ms longer".to_owned();
    let pressed = pressed(folder, variables).await?;
    Ok(pressed.row(what, "everything answered in 2.5 s"))
}

#[expect(clippy::disallowed_methods, reason = "a benchmark compiles its library")]
fn lagging_library(folder: &Path) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(folder)?;
    let (source, library) = (folder.join("lagging.c"), folder.join("lagging.so"));
    std::fs::write(&source, LAGGING)?;
    let compiled = Command::new("/usr/bin/cc")
        .args(["-shared", "-fPIC", "-O2", "-o"])
        .args([&library, &source])
        .status()?;
    if compiled.success() {
        Ok(library)
    } else {
        Err("cc cannot compile lagging.c".into())
    }
}

/// What came of it.
struct Pressed {
    /// How long each was answered after, shortest first.
    answered: Vec<Duration>,
    /// From the first press to the first change at Flink.
    changed: Duration,
}

impl Pressed {
    fn row(&self, what: String, budget: &'static str) -> Row {
        Row {
            what,
            measured: format!(
                "answered p50 {}, p99 {}, last {}; Flink changed after {}",
                ms(percentile(&self.answered, 50)),
                ms(percentile(&self.answered, 99)),
                ms(percentile(&self.answered, 100)),
                ms(self.changed),
            ),
            budget,
        }
    }
}

async fn pressed(folder: &Path, mut variables: Vec<(String, String)>) -> Result<Pressed, Failure> {
    let slack = FakeSlack::start_on_wall_clock().await;
    slack.channel(CHANNEL);
    let people: Vec<Person> = (0..PEOPLE)
        .map(|number| slack.person(&format!("p{number}")))
        .collect();
    let mut target = Target::start().await;
    variables.push(("SLACK_BOT_TOKEN".to_owned(), slack.bot_token()));
    variables.push(("SLACK_SIGNING_SECRET".to_owned(), slack.signing_secret()));
    let program = Program::configured(folder, &config(&slack, &people, &target), variables)?;
    slack.sends_to(Addresses::under(&format!("http://{}", program.public)));
    let running = program.run().await?;
    let time = time_goes_by(std::iter::once(&target));
    let card = asked(&slack).await?;
    let began = Instant::now();
    let answered = try_join_all(people.iter().map(|person| press(person, &card)));
    let (answered, changed) = tokio::join!(answered, target.changed());
    time.abort();
    drop(running);
    let mut answered = answered?;
    answered.sort_unstable();
    Ok(Pressed {
        answered,
        changed: changed? - began,
    })
}

fn config(slack: &FakeSlack, people: &[Person], target: &Target) -> String {
    let mut known = format!("people:\n  ana: {{ slack: {} }}\n", slack.person("ana").id());
    let mut owners = String::new();
    for (number, person) in people.iter().enumerate() {
        // A String takes everything.
        let _ = writeln!(known, "  p{number}: {{ slack: {} }}", person.id());
        let _ = write!(owners, "p{number}, ");
    }
    format!(
        "mode: demo\nslack: {{ mode: http, api_url: \"{}\", app_id: {}, team_id: {}, commands: [/flink], \
         bot_token: {{ env: SLACK_BOT_TOKEN }}, signing_secret: {{ env: SLACK_SIGNING_SECRET }} }}\n{known}\
         groups: {{ owners: {{ people: [{owners}] }} }}\nenvironments:\n  shop: {{ platform: standalone, \
         flink_url: \"{}\", channels: [\"slack:{}\"] }}\n",
        slack.api_url(),
        slack.app_id(),
        slack.team_id(),
        target.flink.url(),
        slack.channel_id(CHANNEL),
    )
}

/// Asks, and waits for the card.
async fn asked(slack: &FakeSlack) -> Result<Message, Failure> {
    let end = slack
        .person("ana")
        .types("/flink scale orders parallelism 2", CHANNEL)
        .await;
    let End::Answered { .. } = end else {
        return Err(format!("asking ended as {end:?}").into());
    };
    let began = Instant::now();
    while began.elapsed() < WITHIN {
        if let Some(card) = slack.newest_with("Approve") {
            return Ok(card);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err(format!("no card came:\n{}", slack.transcript_of(CHANNEL)).into())
}

async fn press(person: &Person, card: &Message) -> Result<Duration, Failure> {
    match person.presses(card, "Approve").await {
        End::Answered { after, .. } => Ok(Duration::from_millis(after)),
        other => Err(format!("a press of {} ended as {other:?}", person.name()).into()),
    }
}
