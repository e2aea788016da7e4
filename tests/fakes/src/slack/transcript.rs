//! A thread as people see it on a phone: names, wrapped text, buttons in brackets, pictures by what they show.

mod rich_text;

use super::FakeSlack;
use super::model::Model;
use super::model::messages::Message;
use crate::printed::{WIDTH, beside, indented, wrapped};
use serde_json::Value;

impl FakeSlack {
    /// The thread under `root`, printed for reading.
    pub fn transcript(&self, channel: &str, root: &str) -> String {
        let thread = self.thread(channel, root);
        let model = self.shared.model();
        thread.iter().map(|message| model.printed(message)).collect()
    }

    /// Everything in a channel, in the order in which it was posted, replies one step to the right.
    pub fn transcript_of(&self, channel: &str) -> String {
        let messages = self.messages(channel);
        let model = self.shared.model();
        let printed = messages.iter().map(|message| {
            let is_reply = message.thread_ts.as_ref().is_some_and(|root| *root != message.ts);
            let lines = model.printed(message);
            if is_reply { indented(&lines) } else { lines }
        });
        printed.collect()
    }

    /// What a message shows, without its author.
    pub fn reads(&self, message: &Message) -> String {
        self.shared.model().body(message).join("\n")
    }

    /// What a form or the App Home shows.
    pub fn reads_view(&self, view: &Value) -> String {
        let model = self.shared.model();
        let blocks = view["blocks"].as_array().into_iter().flatten();
        blocks
            .flat_map(|block| model.block_lines(block))
            .collect::<Vec<_>>()
            .join("\n")
    }
}

impl Model {
    fn printed(&self, message: &Message) -> String {
        let author = self
            .user(&message.author)
            .map_or(message.author.as_str(), |user| user.name.as_str());
        let mut lines = Vec::new();
        if let Some(only) = &message.only_for {
            lines.push(format!("(only {} sees this)", self.at_name(only)));
        }
        if message.deleted {
            lines.push("This message was deleted.".to_owned());
        } else {
            lines.extend(self.body(message));
        }
        if message.edited.is_some() {
            lines.push("(edited)".to_owned());
        }
        beside(author, &lines)
    }

    fn body(&self, message: &Message) -> Vec<String> {
        let mut lines: Vec<String> = if message.blocks.is_empty() {
            self.text_lines(&message.text)
        } else {
            message
                .blocks
                .iter()
                .flat_map(|block| self.block_lines(block))
                .collect()
        };
        for file in message.files.iter().filter_map(|id| self.stored_file(id)) {
            lines.push(format!("[file {}: {}]", file.name, file.alt));
        }
        lines
    }

    fn block_lines(&self, block: &Value) -> Vec<String> {
        match block["type"].as_str().unwrap_or_default() {
            "divider" => vec!["-".repeat(WIDTH)],
            "image" => {
                let alt = block["alt_text"].as_str().unwrap_or_default();
                self.text_lines(&format!("[picture: {alt}]"))
            }
            "actions" => vec![self.row(block)],
            "context" => self.text_lines(&self.row(block)),
            "input" => {
                let label = block["label"]["text"].as_str().unwrap_or_default();
                vec![format!("{label}: ______")]
            }
            "rich_text" => self.rich_lines(block),
            "markdown" => self.text_lines(block["text"].as_str().unwrap_or_default()),
            _ => self.section_lines(block),
        }
    }

    fn section_lines(&self, block: &Value) -> Vec<String> {
        let fields = block["fields"].as_array().into_iter().flatten();
        let texts = block.get("text").into_iter().chain(fields);
        let mut lines: Vec<String> = texts
            .filter_map(|text| text["text"].as_str())
            .flat_map(|text| self.text_lines(text))
            .collect();
        lines.extend(block.get("accessory").map(|element| self.element(element)));
        lines
    }

    fn row(&self, block: &Value) -> String {
        let elements = block["elements"].as_array().into_iter().flatten();
        elements
            .map(|element| self.element(element))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn element(&self, element: &Value) -> String {
        let words = element["text"]["text"]
            .as_str()
            .or(element["placeholder"]["text"].as_str());
        match element["type"].as_str() {
            Some("mrkdwn" | "plain_text") => element["text"].as_str().unwrap_or_default().to_owned(),
            Some("image") => format!("[picture: {}]", element["alt_text"].as_str().unwrap_or_default()),
            Some("overflow") => "[...]".to_owned(),
            _ => format!("[{}]", words.unwrap_or_default()),
        }
    }

    fn text_lines(&self, text: &str) -> Vec<String> {
        let readable = self.readable(text);
        readable.lines().flat_map(wrapped).collect()
    }

    /// Mentions by name, links by their words, entities as characters.
    fn readable(&self, text: &str) -> String {
        let mut shown = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            shown.push_str(before);
            let Some((inside, beyond)) = after.split_once('>') else {
                shown.push('<');
                rest = after;
                continue;
            };
            shown.push_str(&self.reference(inside));
            rest = beyond;
        }
        shown.push_str(rest);
        shown
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    }

    fn reference(&self, inside: &str) -> String {
        let (what, label) = inside
            .split_once('|')
            .map_or((inside, None), |(what, label)| (what, Some(label)));
        if let Some(user) = what.strip_prefix('@') {
            return self.at_name(user);
        }
        if let Some(channel) = what.strip_prefix('#') {
            return self
                .channel(channel)
                .map_or_else(|| what.to_owned(), |channel| format!("#{}", channel.name));
        }
        if let Some(group) = what.strip_prefix("!subteam^") {
            return self
                .group(group)
                .map_or_else(|| what.to_owned(), |group| format!("@{}", group.handle));
        }
        label.unwrap_or(what.trim_start_matches('!')).to_owned()
    }
}
