//! People at their clients: they type commands, press, choose, fill in forms, write, and see.

use super::FakeDiscord;
use super::deliveries::{Delivery, deliver};
use super::form::Form;
use super::model::bodies::{Draft, inputs_of};
use super::model::channels::Channel;
use super::model::guilds::User;
use super::model::interactions::Kind;
use super::model::messages::Message;
use super::typing::typed;
use crate::sending::End;
pub(super) use crate::stage::panic_with;
use serde_json::{Value, json};
use std::future::{Future, IntoFuture};
use std::pin::Pin;

/// Somebody with a Discord account. Clones are the same person.
#[derive(Clone)]
pub struct Person {
    pub(super) discord: FakeDiscord,
    pub(super) id: String,
}

/// Something a person did, already on its way to the app. Await it to know how the app answered; it ends by itself after
/// three seconds on Discord's clock.
#[must_use = "the app may not have answered yet: await it, or say let _"]
pub struct Act {
    discord: FakeDiscord,
    number: usize,
}

impl Act {
    pub(super) fn new(discord: &FakeDiscord, number: usize) -> Self {
        Self {
            discord: discord.clone(),
            number,
        }
    }

    /// The number of its delivery.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Its delivery, as it stands now.
    pub fn delivery(&self) -> Delivery {
        self.discord.shared.deliveries().list[self.number - 1].clone()
    }
}

impl IntoFuture for Act {
    type Output = End;
    type IntoFuture = Pin<Box<dyn Future<Output = End> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let what = format!("an answer to delivery {}", self.number);
            let settled = |_: &FakeDiscord| self.delivery().attempts.first()?.end.clone();
            self.discord.until(&what, settled).await
        })
    }
}

impl Person {
    /// The user id, a snowflake.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Their name without `@`.
    pub fn name(&self) -> String {
        self.user().name
    }

    pub(super) fn user(&self) -> User {
        let model = self.discord.shared.model();
        model
            .user(&self.id)
            .cloned()
            .expect("a person stays in the model")
    }

    pub(super) fn act(&self, kind: Kind, channel: &str, data: Value, of: Option<&Message>) -> Act {
        let payload = {
            let mut model = self.discord.shared.model();
            model.archive_idle_threads();
            model.interaction(kind, &self.id, channel, data, of)
        };
        Act::new(
            &self.discord,
            deliver(&self.discord.shared, kind, payload, Some(&self.id)),
        )
    }

    /// The channel, where this person's client shows it and offers commands.
    fn place(&self, name_or_id: &str) -> Channel {
        let id = self.discord.channel_id(name_or_id);
        let mut model = self.discord.shared.model();
        model.archive_idle_threads();
        let channel = model.channel(&id).cloned().expect("it has an id");
        assert!(
            model.shows(&channel, &self.id),
            "{} does not see {name_or_id}",
            self.id
        );
        assert!(
            !model.offers_nothing(&channel),
            "in an archived thread nobody can use commands"
        );
        channel
    }

    fn typed(&self, line: &str, channel: &Channel, finished: bool) -> Value {
        let model = self.discord.shared.model();
        typed(&model, &self.id, line, channel, finished)
            .unwrap_or_else(|why| panic_with(&format!("{line:?}: {why}")))
    }

    /// Types a command into a channel or thread (`#name`, or an id), options as `name:value`:
    /// `/scale job:orders parallelism:4`.
    ///
    /// # Panics
    /// When no such command is registered there, or the client would not send it: a required option is missing, a value
    /// has the wrong type or is not among the choices.
    pub fn types(&self, line: &str, channel: &str) -> Act {
        let place = self.place(channel);
        let typed = self.typed(line, &place, true);
        self.act(Kind::Command, &place.id, typed, None)
    }

    /// The same, the last option not finished: the client asks for completions of it. They are in the answer's body.
    ///
    /// # Panics
    /// When that option has no autocomplete.
    pub fn completes(&self, line: &str, channel: &str) -> Act {
        let place = self.place(channel);
        let typed = self.typed(line, &place, false);
        self.act(Kind::Autocomplete, &place.id, typed, None)
    }

    /// What is suggested for the last option of a line: names and values. Empty where the app did not answer.
    pub async fn suggestions(&self, line: &str, channel: &str) -> Vec<(String, Value)> {
        let End::Answered { body, .. } = self.completes(line, channel).await else {
            return Vec::new();
        };
        let choices = body["data"]["choices"].as_array().into_iter().flatten();
        choices
            .map(|choice| {
                let name = choice["name"].as_str().unwrap_or_default();
                (name.to_owned(), choice["value"].clone())
            })
            .collect()
    }

    /// Uses a command on a message (*Apps* in the message's menu).
    ///
    /// # Panics
    /// When no message command has this name, or the person cannot see the message.
    pub fn uses_on(&self, message: &Message, command: &str) -> Act {
        let place = self.place(&message.channel);
        assert!(
            self.sees(message).is_some(),
            "{} cannot see that message",
            self.id
        );
        let data = {
            let model = self.discord.shared.model();
            let guild = place.guild.as_deref();
            let Some(known) = model.offered(guild, command, 3) else {
                return panic_with(&format!("no message command {command:?} is registered"));
            };
            let messages = json!({ &message.id: model.shown_message(message) });
            json!({ "id": known.id, "name": command, "type": 3, "target_id": message.id,
                "resolved": { "messages": messages } })
        };
        self.act(Kind::Command, &place.id, data, None)
    }

    /// The message as it is now, where this person sees it.
    fn sees(&self, message: &Message) -> Option<Message> {
        let model = self.discord.shared.model();
        let channel = model.channel(&message.channel)?;
        let now = channel.message(&message.id)?;
        let shown = match &now.only_for {
            Some(only) => *only == self.id,
            None => model.shows(channel, &self.id),
        };
        shown.then(|| now.clone())
    }

    /// Whether this person could press that button now: they see the message, and it has the button, not disabled.
    pub fn can_press(&self, message: &Message, label: &str) -> bool {
        self.sees(message)
            .is_some_and(|now| find(&now, |button| is_button(button, label)).is_some())
    }

    /// Presses the button with this label, as the message is now.
    ///
    /// # Panics
    /// When the person cannot see the message, or it has no such button any more, or it is disabled: Discord refuses that
    /// itself, and the app hears nothing of it (see [`Person::can_press`]).
    pub fn presses(&self, message: &Message, label: &str) -> Act {
        let now = self.now(message);
        let button = find(&now, |button| is_button(button, label))
            .unwrap_or_else(|| panic_with(&format!("no button {label:?} among {:?}", now.buttons())));
        let data = json!({ "component_type": 2, "custom_id": button["custom_id"], "id": button["id"] });
        self.act(Kind::Component, &message.channel, data, Some(&now))
    }

    fn now(&self, message: &Message) -> Message {
        self.sees(message)
            .unwrap_or_else(|| panic_with(&format!("{} cannot see that message", self.id)))
    }

    /// Chooses an option of a select menu in a message, by the option's words.
    ///
    /// # Panics
    /// When there is no such option.
    pub fn chooses(&self, message: &Message, option: &str) -> Act {
        let now = self.now(message);
        let has = |select: &Value| select["disabled"] != true && value_of(select, option).is_some();
        let select = find(&now, has).unwrap_or_else(|| panic_with(&format!("no option {option:?}")));
        let data = json!({ "component_type": 3, "custom_id": select["custom_id"], "id": select["id"],
            "values": [value_of(&select, option)] });
        self.act(Kind::Component, &message.channel, data, Some(&now))
    }

    /// Writes a message; the app hears nothing of it. In an archived thread that re-opens it.
    ///
    /// # Panics
    /// When the person does not see the channel.
    pub fn says(&self, text: &str, channel: &str) -> Message {
        let id = self.discord.channel_id(channel);
        let mut model = self.discord.shared.model();
        let shown = model
            .channel(&id)
            .is_some_and(|channel| model.shows(channel, &self.id));
        assert!(shown, "{} is not in {channel}", self.id);
        let draft = Draft {
            content: text.to_owned(),
            ..Draft::default()
        };
        let message = model.post(&id, &self.id, draft);
        let message = model.message(&id, &message).cloned();
        drop(model);
        self.discord.shared.changed();
        message.expect("it was just posted")
    }

    /// The form in front of this person, where one is open.
    pub fn form(&self) -> Option<Form> {
        let form = self.user().forms.pop()?;
        Some(Form::of(self, form))
    }

    /// What only this person sees: private answers of the app, the oldest first.
    pub fn whispers(&self) -> Vec<Message> {
        let model = self.discord.shared.model();
        let all = model.channels.iter().flat_map(|channel| &channel.messages);
        let own = all.filter(|message| message.only_for.as_deref() == Some(&self.id) && !message.deleted);
        let mut own: Vec<Message> = own.cloned().collect();
        own.sort_by_key(|message| message.id.parse::<u64>().unwrap_or_default());
        own
    }

    /// What the client itself told this person: `The application did not respond` ...
    pub fn errors(&self) -> Vec<String> {
        self.user().errors
    }
}

fn is_button(component: &Value, label: &str) -> bool {
    component["type"] == 2
        && component["label"] == label
        && component["disabled"] != true
        && component["custom_id"].is_string()
}

/// The first component inside a row that fits.
fn find(message: &Message, fits: impl Fn(&Value) -> bool) -> Option<Value> {
    message.components.iter().flat_map(inputs_of).find(fits)
}

/// The value of a select's option with these words.
pub(super) fn value_of(select: &Value, words: &str) -> Option<Value> {
    let options = select["options"].as_array()?;
    let option = options.iter().find(|option| option["label"] == words)?;
    Some(option["value"].clone())
}
