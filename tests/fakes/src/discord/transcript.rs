//! A channel or thread as people see it on a phone: names, wrapped text, embeds with a bar, buttons in brackets, pictures
//! by what they show.

use super::FakeDiscord;
use super::model::Model;
use super::model::channels::Channel;
use super::model::messages::Message;
use super::times::iso;
use crate::printed::{beside, indented, wrapped};
use serde_json::Value;

impl FakeDiscord {
    /// A thread, printed for reading: the message it began at, and what was written in it.
    pub fn transcript(&self, thread: &str) -> String {
        let thread = self.thread(thread);
        let model = self.shared.model();
        thread.iter().map(|message| model.printed(message)).collect()
    }

    /// Everything in a channel, in the order in which it was posted, its threads one step to the right.
    pub fn transcript_of(&self, channel: &str) -> String {
        let channel = self.channel_id(channel);
        let messages = self.messages(&channel);
        let model = self.shared.model();
        let mut printed = String::new();
        for message in &messages {
            printed += &model.printed(message);
            if let Some(thread) = model.channel(&message.id) {
                printed += &indented(&model.printed_thread(thread));
            }
        }
        let begun = |thread: &&Channel| messages.iter().all(|message| message.id != thread.id);
        let alone = model
            .channels
            .iter()
            .filter(|thread| thread.parent.as_ref() == Some(&channel));
        for thread in alone.filter(begun) {
            printed += &indented(&model.printed_thread(thread));
        }
        printed
    }

    /// What a message shows, without its author.
    pub fn reads(&self, message: &Message) -> String {
        self.shared.model().body(message).join("\n")
    }

    /// What a form shows.
    pub fn reads_form(&self, form: &Value) -> String {
        let rows = form["components"].as_array().into_iter().flatten();
        let labels = rows.flat_map(|row| {
            let inner = super::model::bodies::inputs_of(row);
            let own = row["label"].as_str().map(str::to_owned);
            inner
                .into_iter()
                .map(move |input| own.clone().or(input["label"].as_str().map(str::to_owned)))
        });
        let lines = labels.map(|label| format!("{}: ______", label.unwrap_or_default()));
        let title = form["title"].as_str().unwrap_or_default().to_owned();
        std::iter::once(title).chain(lines).collect::<Vec<_>>().join("\n")
    }
}

impl Model {
    fn printed_thread(&self, thread: &Channel) -> String {
        let state = thread.thread.as_ref();
        let archived = state.filter(|state| state.archived).map_or("", |_| ", archived");
        let locked = state.filter(|state| state.locked).map_or("", |_| ", locked");
        let head = format!("(thread {:?}{archived}{locked})\n", thread.name);
        let inside = thread.messages.iter().filter(|message| !message.deleted);
        inside.fold(head, |printed, message| printed + &self.printed(message))
    }

    fn printed(&self, message: &Message) -> String {
        let author = self
            .user(&message.author)
            .map_or(message.author.as_str(), |user| user.name.as_str());
        let mut lines = Vec::new();
        if let Some(only) = &message.only_for {
            lines.push(format!("(only {} sees this)", self.at_name(only)));
        }
        if message.loading {
            lines.push(format!("{author} is thinking..."));
        }
        lines.extend(self.body(message));
        if message.edited.is_some() {
            lines.push("(edited)".to_owned());
        }
        beside(author, &lines)
    }

    fn body(&self, message: &Message) -> Vec<String> {
        let mut lines = self.text_lines(&message.content);
        for embed in &message.embeds {
            let inside = self.embed_lines(embed);
            lines.extend(
                inside
                    .into_iter()
                    .map(|line| format!("| {line}").trim_end().to_owned()),
            );
        }
        let embeds = Value::Array(message.embeds.clone()).to_string();
        let files = message.files.iter().filter_map(|id| self.file(id));
        for file in files.filter(|file| !embeds.contains(&file.id)) {
            let alt = file.description.as_deref().unwrap_or_default();
            lines.extend(wrapped(&format!("[file {}: {alt}]", file.name)));
        }
        lines.extend(message.components.iter().map(row));
        lines
    }

    fn embed_lines(&self, embed: &Value) -> Vec<String> {
        let mut lines = Vec::new();
        for text in [&embed["author"]["name"], &embed["title"], &embed["description"]] {
            lines.extend(self.text_lines(text.as_str().unwrap_or_default()));
        }
        for field in embed["fields"].as_array().into_iter().flatten() {
            let text = |name: &str| field[name].as_str().unwrap_or_default().to_owned();
            let (name, value) = (text("name"), text("value"));
            let is_short = field["inline"] == true && !value.contains('\n');
            if is_short {
                lines.extend(self.text_lines(&format!("{name}: {value}")));
            } else {
                lines.extend(self.text_lines(&name));
                lines.extend(self.text_lines(&value));
            }
        }
        for place in ["thumbnail", "image"] {
            if embed[place].is_object() {
                let shown = embed[place]["description"].as_str().unwrap_or_default();
                lines.extend(wrapped(&format!("[picture: {shown}]")));
            }
        }
        lines.extend(self.text_lines(embed["footer"]["text"].as_str().unwrap_or_default()));
        lines
    }

    fn text_lines(&self, text: &str) -> Vec<String> {
        let readable = self.readable(text);
        readable.lines().flat_map(wrapped).collect()
    }

    fn at_name(&self, user: &str) -> String {
        self.user(user)
            .map_or_else(|| "@unknown-user".to_owned(), |user| format!("@{}", user.name))
    }

    /// Mentions by name, times as times, escaped marks as the marks themselves.
    fn readable(&self, text: &str) -> String {
        let mut shown = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            shown.push_str(before);
            let named = after
                .split_once('>')
                .and_then(|(inside, beyond)| Some((self.reference(inside)?, beyond)));
            match named {
                Some((name, beyond)) => {
                    shown.push_str(&name);
                    rest = beyond;
                }
                None => {
                    shown.push('<');
                    rest = after;
                }
            }
        }
        shown.push_str(rest);
        without_escapes(&shown)
    }

    fn reference(&self, inside: &str) -> Option<String> {
        if let Some(role) = inside.strip_prefix("@&") {
            let roles = self.guilds.iter().find_map(|guild| guild.role(role));
            return Some(roles.map_or("@unknown-role".to_owned(), |role| {
                format!("@{}", role.name.trim_start_matches('@'))
            }));
        }
        if let Some(user) = inside.strip_prefix('@') {
            return Some(self.at_name(user.trim_start_matches('!')));
        }
        if let Some(channel) = inside.strip_prefix('#') {
            let name = self.channel(channel).map(|channel| channel.name.as_str());
            return Some(format!("#{}", name.unwrap_or("unknown")));
        }
        if let Some(time) = inside.strip_prefix("t:") {
            let seconds: u64 = time.split(':').next()?.parse().ok()?;
            return Some(format!("{} UTC", iso(seconds * 1_000)[..16].replace('T', " ")));
        }
        inside.contains("://").then(|| inside.to_owned())
    }
}

fn without_escapes(text: &str) -> String {
    let mut shown = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let escapes = letter == '\\' && letters.peek().is_some_and(char::is_ascii_punctuation);
        if escapes {
            shown.extend(letters.next());
        } else {
            shown.push(letter);
        }
    }
    shown
}

fn row(row: &Value) -> String {
    let inner = super::model::bodies::inputs_of(row).into_iter();
    let words = inner.map(|component| {
        let label = component["label"].as_str().or(component["placeholder"].as_str());
        let label = label.unwrap_or_default();
        if component["disabled"] == true {
            format!("[{label} (off)]")
        } else {
            format!("[{label}]")
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
