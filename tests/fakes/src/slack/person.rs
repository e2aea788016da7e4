//! People at their clients: they type, mention, press, use shortcuts, and see.

use super::FakeSlack;
use super::deliveries::{Delivery, Kind, deliver};
use super::form::Form;
use super::model::Model;
use super::model::messages::{Draft, Message};
use super::model::people::User;
use super::payloads::Pressed;
use crate::sending::End;
pub(super) use crate::stage::panic_with;
use serde_json::{Value, json};
use std::future::{Future, IntoFuture};
use std::pin::Pin;

/// Somebody with a Slack account. Clones are the same person.
#[derive(Clone)]
pub struct Person {
    pub(super) slack: FakeSlack,
    pub(super) id: String,
}

/// Something a person did, already on its way to the app. Await it to know how the app answered; it ends by itself after
/// three seconds on Slack's clock.
#[must_use = "the app may not have answered yet: await it, or say let _"]
pub struct Act {
    slack: FakeSlack,
    number: usize,
}

impl Act {
    pub(super) fn new(slack: &FakeSlack, number: usize) -> Self {
        Self {
            slack: slack.clone(),
            number,
        }
    }

    /// The number of its delivery.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Its delivery, as it stands now.
    pub fn delivery(&self) -> Delivery {
        self.slack.shared.deliveries().list[self.number - 1].clone()
    }
}

impl IntoFuture for Act {
    type Output = End;
    type IntoFuture = Pin<Box<dyn Future<Output = End> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let what = format!("an answer to delivery {}", self.number);
            let settled = |_: &FakeSlack| self.delivery().attempts.first()?.end.clone();
            self.slack.until(&what, settled).await
        })
    }
}

impl Person {
    /// The user id, `U...`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Their name without `@`.
    pub fn name(&self) -> String {
        self.user().name
    }

    pub(super) fn user(&self) -> User {
        let model = self.slack.shared.model();
        model
            .user(&self.id)
            .cloned()
            .expect("a person stays in the model")
    }

    fn act(&self, kind: Kind, payload: Value) -> Act {
        Act::new(
            &self.slack,
            deliver(&self.slack.shared, kind, payload, Some(&self.id)),
        )
    }

    /// Types a slash command into a channel (`#name`, or an id), never into a thread: Slack's clients refuse that.
    ///
    /// # Panics
    /// When no such command is registered, or the person could not type it there.
    pub fn types(&self, line: &str, channel: &str) -> Act {
        let channel = self.slack.channel_id(channel);
        let user = self.user();
        let (command, text) = line.split_once(' ').unwrap_or((line, ""));
        let payload = {
            let mut model = self.slack.shared.model();
            assert!(
                model.app.commands.iter().any(|known| known == command),
                "{command} is not registered"
            );
            assert!(
                model.install_of(&user.team).is_some(),
                "{} is of a team without the app",
                user.name
            );
            let text = if model.app.escapes_mentions {
                model.with_ids(text)
            } else {
                text.to_owned()
            };
            model.command_payload(&user, &channel, command, &text)
        };
        self.act(Kind::Command, payload)
    }

    /// Writes a message; `thread` is the parent's timestamp.
    ///
    /// # Panics
    /// When the person is not in the channel.
    pub fn says(&self, text: &str, channel: &str, thread: Option<&str>) -> Message {
        let channel = self.slack.channel_id(channel);
        let mut model = self.slack.shared.model();
        let shown = model
            .channel(&channel)
            .is_some_and(|channel| channel.shows_to(&self.id));
        assert!(shown, "{} is not in {channel}", self.id);
        if let Some(root) = thread {
            model.note_reply(&channel, root);
        }
        let draft = Draft {
            text: model.with_ids(text),
            thread_ts: thread.map(str::to_owned),
            ..Draft::default()
        };
        let ts = model.post(&channel, &self.id, draft);
        let message = model.message(&channel, &ts).cloned();
        drop(model);
        self.slack.shared.changed();
        message.expect("it was just posted")
    }

    /// Writes `@sluice` and then `text`; with the bot in the channel, that is an `app_mention`.
    pub fn mentions(&self, text: &str, channel: &str, thread: Option<&str>) -> Act {
        let name = self.slack.shared.model().app.name.clone();
        let message = self.says(&format!("@{name} {text}"), channel, thread);
        self.tell_mention(&message)
    }

    /// Edits a message that mentions the app: Slack sends `app_mention` again, with `edited`.
    pub fn edits_mention(&self, message: &Message, text: &str) -> Act {
        let edited = {
            let mut model = self.slack.shared.model();
            let text = model.with_ids(text);
            model.edit(&message.channel, &message.ts, text, Vec::new(), None);
            model.message(&message.channel, &message.ts).cloned()
        };
        self.tell_mention(&edited.expect("a message that was posted"))
    }

    fn tell_mention(&self, message: &Message) -> Act {
        let user = self.user();
        let payload = {
            let mut model = self.slack.shared.model();
            let event = model.mention_event(message, &user);
            model.event_payload(event)
        };
        self.act(Kind::Event, payload)
    }

    /// Presses the button with this label. An older clone of a message is an old copy of it.
    ///
    /// # Panics
    /// When the message has no such button, or the person cannot see it.
    pub fn presses(&self, message: &Message, label: &str) -> Act {
        assert!(
            self.slack.can_see(message, &self.id),
            "{} cannot see that message",
            self.id
        );
        let (block, element) = find_element(&message.blocks, |element| {
            element["type"] == "button" && element["text"]["text"] == label
        })
        .unwrap_or_else(|| panic_with(&format!("no button {label:?} among {:?}", message.buttons())));
        self.act_in(message, pressed(&block, &element))
    }

    /// Chooses an option of a select or overflow menu in a message, by the option's words.
    ///
    /// # Panics
    /// When there is no such option.
    pub fn chooses(&self, message: &Message, option: &str) -> Act {
        assert!(
            self.slack.can_see(message, &self.id),
            "{} cannot see that message",
            self.id
        );
        let (block, element) =
            find_element(&message.blocks, |element| find_option(element, option).is_some())
                .unwrap_or_else(|| panic_with(&format!("no option {option:?}")));
        let mut action = pressed(&block, &element);
        action["selected_option"] = find_option(&element, option).unwrap_or_default();
        self.act_in(message, action)
    }

    fn act_in(&self, message: &Message, action: Value) -> Act {
        let user = self.user();
        let payload = {
            let mut model = self.slack.shared.model();
            model.action_payload(&user, &Pressed::In(message), action)
        };
        self.act(Kind::Interaction, payload)
    }

    /// Uses a shortcut of the app on a message.
    pub fn uses_on(&self, message: &Message, callback_id: &str) -> Act {
        let user = self.user();
        let payload = {
            let mut model = self.slack.shared.model();
            model.message_shortcut_payload(&user, message, callback_id)
        };
        self.act(Kind::Interaction, payload)
    }

    /// Uses a global shortcut of the app.
    pub fn uses(&self, callback_id: &str) -> Act {
        let user = self.user();
        let payload = {
            let mut model = self.slack.shared.model();
            model.global_shortcut_payload(&user, callback_id)
        };
        self.act(Kind::Interaction, payload)
    }

    /// Opens the App Home.
    pub fn opens_home(&self) -> Act {
        let payload = {
            let mut model = self.slack.shared.model();
            let bot = model.home_bot();
            let channel = model.direct(&bot, &self.id);
            let ts = model.ts();
            let mut event = json!({ "type": "app_home_opened", "user": self.id, "channel": channel, "tab": "home", "event_ts": ts });
            let home = model.user(&self.id).and_then(|user| user.home.clone());
            if let Some(view) = home.and_then(|id| model.view(&id).cloned()) {
                event["view"] = model.view_json(&view, &json!({}));
            }
            model.event_payload(event)
        };
        self.act(Kind::Event, payload)
    }

    /// What the App Home shows: the view as the app published it.
    pub fn home(&self) -> Option<Value> {
        let id = self.user().home?;
        let model = self.slack.shared.model();
        model.view(&id).map(|view| view.sent.clone())
    }

    /// Presses a button on the App Home.
    ///
    /// # Panics
    /// When there is none with this label.
    pub fn presses_at_home(&self, label: &str) -> Act {
        let id = self
            .user()
            .home
            .unwrap_or_else(|| panic_with("nothing was published"));
        Form::of(self, id).presses(label)
    }

    /// The form on top, where one is open.
    pub fn form(&self) -> Option<Form> {
        self.user().stack.last().map(|id| Form::of(self, id.clone()))
    }

    /// What only this person sees: whispers of the app, the oldest first.
    pub fn whispers(&self) -> Vec<Message> {
        let model = self.slack.shared.model();
        let all = model.channels.iter().flat_map(|channel| &channel.messages);
        let mut own: Vec<Message> = all
            .filter(|message| message.only_for.as_deref() == Some(&self.id) && !message.deleted)
            .cloned()
            .collect();
        own.sort_by(|one, other| one.ts.cmp(&other.ts));
        own
    }

    /// What Slack itself told this person: `/flink failed with the error "operation_timeout"` ...
    pub fn errors(&self) -> Vec<String> {
        self.user().errors
    }

    pub(super) fn act_on_view(&self, payload: Value) -> Act {
        self.act(Kind::Interaction, payload)
    }
}

impl Model {
    pub(super) fn home_bot(&self) -> String {
        let home = &self.teams[0].id;
        self.install_of(home)
            .map_or_else(String::new, |install| install.bot_user.clone())
    }

    /// `@ana` as `<@U...>` and `#deploys` as `<#C...|deploys>`, as clients send them.
    pub(super) fn with_ids(&self, text: &str) -> String {
        let word = |word: &str| {
            let name = |start: char| word.strip_prefix(start).filter(|name| !name.is_empty());
            if let Some(user) = name('@').and_then(|name| self.users.iter().find(|user| user.name == name)) {
                return format!("<@{}>", user.id);
            }
            if let Some(group) =
                name('@').and_then(|name| self.groups.iter().find(|group| group.handle == name))
            {
                return format!("<!subteam^{}|@{}>", group.id, group.handle);
            }
            match name('#').and_then(|name| self.channels.iter().find(|channel| channel.name == name)) {
                Some(channel) => format!("<#{}|{}>", channel.id, channel.name),
                None => word.to_owned(),
            }
        };
        text.split(' ').map(word).collect::<Vec<_>>().join(" ")
    }
}

/// The element's fields as an action shows them.
pub(super) fn pressed(block: &str, element: &Value) -> Value {
    let mut action = json!({ "type": element["type"], "block_id": block, "action_id": element["action_id"] });
    for field in ["text", "value", "style", "url", "placeholder"] {
        if let Some(value) = element.get(field) {
            action[field] = value.clone();
        }
    }
    action
}

/// The first interactive element that fits, with its block's id.
pub(super) fn find_element(blocks: &[Value], fits: impl Fn(&Value) -> bool) -> Option<(String, Value)> {
    blocks.iter().find_map(|block| {
        let inside = block["elements"].as_array().into_iter().flatten();
        let mut elements = inside.chain(block.get("accessory")).chain(block.get("element"));
        let element = elements.find(|element| fits(element))?;
        let id = block["block_id"].as_str().unwrap_or_default();
        Some((id.to_owned(), element.clone()))
    })
}

/// The option of an element with these words.
pub(super) fn find_option(element: &Value, words: &str) -> Option<Value> {
    let groups = element["option_groups"].as_array().into_iter().flatten();
    let grouped = groups.flat_map(|group| group["options"].as_array().into_iter().flatten());
    let plain = element["options"].as_array().into_iter().flatten();
    plain
        .chain(grouped)
        .find(|option| option["text"]["text"] == words)
        .cloned()
}
