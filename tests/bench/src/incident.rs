//! The real program in a fake Slack, over HTTP, with a fake Flink behind it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use fakes::slack::{Act, Addresses, End, FakeSlack, Message, Person};
use tokio::task::JoinHandle;

use crate::Failure;
use crate::disk::Disk;
use crate::program::{Program, Running};
use crate::target::{Target, WITHIN, time_goes_by};

/// Where people are.
pub const CHANNEL: &str = "#ops";

/// A channel, its people and the program.
pub struct Incident {
    /// Slack.
    pub slack: FakeSlack,
    /// Who may approve.
    pub owners: Vec<Person>,
    /// Flink.
    pub target: Target,
    time: JoinHandle<()>,
    _running: Running,
}

impl Incident {
    /// Starts all of it, with so many who may approve, besides ana who may not.
    ///
    /// # Errors
    /// Where the program does not start.
    pub async fn start(folder: &Path, owners: usize, disk: Disk) -> Result<Self, Failure> {
        let slack = FakeSlack::start_on_wall_clock().await;
        slack.channel(CHANNEL);
        let owners: Vec<Person> = (0..owners)
            .map(|number| slack.person(&format!("p{number}")))
            .collect();
        let target = Target::start().await;
        let mut variables = disk.variables(folder)?;
        variables.push(("SLACK_BOT_TOKEN".to_owned(), slack.bot_token()));
        variables.push(("SLACK_SIGNING_SECRET".to_owned(), slack.signing_secret()));
        let program = Program::configured(folder, &config(&slack, &owners, &target), variables)?;
        slack.sends_to(Addresses::under(&format!("http://{}", program.public)));
        Ok(Self {
            time: time_goes_by(std::iter::once(&target)),
            _running: program.run().await?,
            slack,
            owners,
            target,
        })
    }

    /// Asks for a change, and waits for the card.
    ///
    /// # Errors
    /// Where none comes.
    pub async fn card(&self) -> Result<Message, Failure> {
        let ask = "/flink scale orders parallelism 2";
        answered(self.slack.person("ana").types(ask, CHANNEL)).await?;
        let began = Instant::now();
        while began.elapsed() < WITHIN {
            if let Some(card) = self.slack.newest_with("Approve") {
                return Ok(card);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("no card came:\n{}", self.slack.transcript_of(CHANNEL)).into())
    }
}

impl Drop for Incident {
    fn drop(&mut self) {
        self.time.abort();
    }
}

/// How long Sluice took to acknowledge, on Slack's clock.
///
/// # Errors
/// Where it did not, in the three seconds that Slack waits.
pub async fn answered(act: Act) -> Result<Duration, Failure> {
    match act.await {
        End::Answered { after, .. } => Ok(Duration::from_millis(after)),
        other => Err(format!("Slack was not answered: {other:?}").into()),
    }
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
