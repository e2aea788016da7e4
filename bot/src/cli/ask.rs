//! `sluice ask`: the same road as in a chat, from a terminal, through the running bot.

use std::path::Path;
use std::time::Duration;

use commands::ask::{Ask, Decision};
use commands::grammar;
use commands::names::Chat;
use secrecy::SecretString;
use tokio::time::Instant;
use url::Url;

use super::{Failure, told, without_secrets};
use crate::config::Config;
use crate::console::{Console, ConsoleError, Message};
use crate::token;

/// How long an answer or a card may take: a look at a Flink that does not answer ends within that.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

/// How often the channel is read: a person does not notice less.
const LOOK_AGAIN: Duration = Duration::from_millis(150);

/// The author of what the bot says.
const SLUICE: &str = "sluice";

/// The end of a request that was carried out.
const FINISHED: &str = "finished";

/// The state of a request that nobody has decided yet.
const WAITING: &str = "waiting";

/// Ends of a request that are not what was asked for.
const UNHAPPY_ENDS: [&str; 7] = [
    "refused",
    "denied",
    "withdrawn",
    "expired",
    "drifted",
    "failed",
    "rolled_back",
];

/// What `ask` may be told.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What to ask, such as `status` or `scale orders parallelism 4`.
    text: String,
    /// As whom (a key of `people`); demo mode only. Without it only looks are answered.
    #[arg(long = "as", value_name = "PERSON")]
    person: Option<String>,
    /// In which console channel; without it the first one of the configuration.
    #[arg(long = "in", value_name = "CHANNEL")]
    channel: Option<String>,
    /// Wait for the end of the request, not only for its card.
    #[arg(long)]
    wait: bool,
    /// Print the messages as a JSON array, as in the console API.
    #[arg(long)]
    json: bool,
}

/// Asks, and prints what is answered.
pub async fn ask(file: &Path, arguments: Arguments) -> Result<(), Failure> {
    let config = without_secrets(file)?;
    let asked = Asked::new(&config, &arguments)?;
    let root = asked.say(&arguments.text).await?;
    let mut printer = Printer {
        json: arguments.json,
        printed: Vec::new(),
    };
    // The answer to a look is its end, also where it tells of a request that goes on.
    let is_look = matches!(grammar::parse(&arguments.text), Ok(Ask::Look(_)));
    let ended = asked
        .listen(&root, arguments.wait && !is_look, &mut printer)
        .await;
    printer.finish();
    match ended? {
        Ended::Answered => Ok(()),
        Ended::Refused => Err(Failure::Failed("refused: see above for what works".to_owned())),
    }
}

/// How an ask ended.
enum Ended {
    Answered,
    Refused,
}

/// A running bot and the one who asks it.
struct Asked {
    console: Console,
    channel: String,
    person: Option<String>,
    /// The request that is decided about, where the ask names one.
    decided: Option<String>,
}

impl Asked {
    fn new(config: &Config, arguments: &Arguments) -> Result<Self, Failure> {
        let token_file = token::file(&config.ledger);
        let token = token::read(&config.ledger).map_err(|why| {
            Failure::Usage(format!(
                "no bot: {} cannot be read ({why}); start one with `sluice run`",
                token_file.display()
            ))
        })?;
        let channel = match &arguments.channel {
            Some(channel) => channel.strip_prefix("console:").unwrap_or(channel).to_owned(),
            None => first_channel(config)?,
        };
        Ok(Self {
            console: console(config, token)?,
            channel,
            person: arguments.person.clone(),
            decided: decided(&arguments.text),
        })
    }

    async fn say(&self, text: &str) -> Result<String, Failure> {
        let said = self
            .console
            .say(self.person.as_deref(), &self.channel, None, text)
            .await;
        said.map_err(|error| failure(&error))
    }

    /// Prints what comes in the thread until the ask has ended.
    async fn listen(&self, root: &str, wait: bool, printer: &mut Printer) -> Result<Ended, Failure> {
        let deadline = Instant::now() + ANSWER_WITHIN;
        let mut look = tokio::time::interval(LOOK_AGAIN);
        loop {
            look.tick().await;
            let messages = self.console.messages(&self.channel, self.person.as_deref()).await;
            let messages = messages.map_err(|error| failure(&error))?;
            let answers = answers(messages, root, self.decided.as_deref(), wait);
            printer.show(&answers);
            if let Some(ended) = self.ended(&answers, root, wait) {
                return Ok(ended);
            }
            if Instant::now() > deadline && (answers.is_empty() || !wait) {
                let why = format!(
                    "no answer within {} s; look at the bot's log",
                    ANSWER_WITHIN.as_secs()
                );
                return Err(Failure::Failed(why));
            }
        }
    }
}

impl Asked {
    /// How the ask has ended, if it has. To who decides, an end of the request is what the decision led to.
    fn ended(&self, answers: &[Message], root: &str, wait: bool) -> Option<Ended> {
        let by_sluice = || answers.iter().filter(|message| message.author == SLUICE);
        let mut here = by_sluice().filter(|message| message.thread == root);
        // What is refused after the card was another attempt, such as a vote of one's own: the request goes on.
        let first = here.find(|message| message.refused().is_some() || message.state().is_some());
        if first.is_some_and(|message| message.refused().is_some()) {
            return Some(Ended::Refused);
        }
        // A card that is posted only now was no answer to the decision: it waits for it.
        let is_answer = |message: &&Message| {
            let elsewhere = message.thread != root && message.state() == Some(WAITING);
            message.refused().is_none() && !(elsewhere && self.decided.is_some())
        };
        let last = by_sluice().rfind(is_answer)?;
        let about_request = by_sluice().any(|message| message.request.is_some());
        match last.state() {
            Some(state) if UNHAPPY_ENDS.contains(&state) && self.decided.is_none() => Some(Ended::Refused),
            Some(state) if state == FINISHED || UNHAPPY_ENDS.contains(&state) => Some(Ended::Answered),
            _ if wait && about_request => None,
            _ => Some(Ended::Answered),
        }
    }
}

/// Prints messages as they come; a message that is edited is printed again where its text changed.
struct Printer {
    json: bool,
    printed: Vec<Message>,
}

impl Printer {
    fn show(&mut self, thread: &[Message]) {
        for message in thread {
            match self.printed.iter_mut().find(|printed| printed.id == message.id) {
                Some(printed) if printed.text == message.text => continue,
                Some(printed) => *printed = message.clone(),
                None => self.printed.push(message.clone()),
            }
            if !self.json {
                println!("{}\n", message.text);
            }
        }
    }

    fn finish(&self) {
        if self.json {
            let messages: Vec<&serde_json::Value> =
                self.printed.iter().map(|message| &message.json).collect();
            println!("{:#}", serde_json::json!(messages));
        }
    }
}

/// The request that a decision names.
fn decided(text: &str) -> Option<String> {
    match grammar::parse(text) {
        Ok(Ask::Decide(
            Decision::Approve(request)
            | Decision::Deny(request, _)
            | Decision::Withdraw(request)
            | Decision::Stop(request),
        )) => request.map(|request| request.to_string()),
        _ => None,
    }
}

/// What was answered: in the ask's own thread; to a decision also where its request is told of, and to who waits
/// wherever the request that was asked for is.
fn answers(messages: Vec<Message>, root: &str, decided: Option<&str>, wait: bool) -> Vec<Message> {
    let since = messages
        .into_iter()
        .skip_while(|message| message.id != root)
        .skip(1);
    let mut followed: Vec<String> = decided.map(str::to_owned).into_iter().collect();
    let mut answers = Vec::new();
    for message in since {
        let here = message.thread == root;
        if here && wait {
            followed.extend(message.request.clone());
        }
        let of_request = message
            .request
            .as_ref()
            .is_some_and(|request| followed.contains(request));
        if here || (of_request && message.author == SLUICE) {
            answers.push(message);
        }
    }
    answers
}

/// The first console channel of the configuration.
fn first_channel(config: &Config) -> Result<String, Failure> {
    let places = config
        .environments
        .values()
        .flat_map(|environment| &environment.channels);
    let console = places.into_iter().find(|place| place.chat == Chat::Console);
    console.map(|place| place.channel.to_string()).ok_or_else(|| {
        Failure::Usage(
            "no environment has a console channel: name one in `channels`, or say --in CHANNEL".to_owned(),
        )
    })
}

fn console(config: &Config, token: SecretString) -> Result<Console, Failure> {
    let address = config.listen.private;
    let base = Url::parse(&format!("http://{address}")).map_err(|error| Failure::Usage(told(&error)))?;
    Console::new(base, token).map_err(|error| Failure::Failed(told(&error)))
}

fn failure(error: &ConsoleError) -> Failure {
    match error {
        ConsoleError::NoBot(..) => Failure::Usage(format!("{}; start one with `sluice run`", told(error))),
        ConsoleError::Refused { code, message, next } => {
            let next = next.as_ref().map(|next| format!(" {next}")).unwrap_or_default();
            Failure::Failed(format!("refused [{code}]: {message}{next}"))
        }
        ConsoleError::NotUnderstood(_) => {
            Failure::Failed(format!("{error}; is `sluice` of the version that runs?"))
        }
    }
}
