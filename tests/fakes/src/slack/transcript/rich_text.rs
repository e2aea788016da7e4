//! Rich text as it reads: sections wrapped, code as it stands, lists with a dot, people and groups by name.

use super::super::model::Model;
use super::wrapped;
use serde_json::Value;

impl Model {
    pub(super) fn rich_lines(&self, block: &Value) -> Vec<String> {
        let parts = block["elements"].as_array().into_iter().flatten();
        parts.flat_map(|part| self.rich_part(part)).collect()
    }

    fn rich_part(&self, part: &Value) -> Vec<String> {
        let read = self.run_of(part);
        match part["type"].as_str() {
            Some("rich_text_preformatted") => read.lines().map(str::to_owned).collect(),
            Some("rich_text_quote") => wrapped_lines(&read).map(|line| format!("> {line}")).collect(),
            Some("rich_text_list") => {
                let items = part["elements"].as_array().into_iter().flatten();
                items
                    .flat_map(|item| self.rich_part(item))
                    .map(|line| format!("- {line}"))
                    .collect()
            }
            _ => wrapped_lines(&read).collect(),
        }
    }

    /// The words of a section, one after another.
    fn run_of(&self, part: &Value) -> String {
        let elements = part["elements"].as_array().into_iter().flatten();
        elements.map(|element| self.rich_word(element)).collect()
    }

    fn rich_word(&self, element: &Value) -> String {
        let of = |name: &str| element[name].as_str().unwrap_or_default();
        match of("type") {
            "user" => self.at_name(of("user_id")),
            "usergroup" => {
                let id = of("usergroup_id");
                self.group(id)
                    .map_or_else(|| id.to_owned(), |group| format!("@{}", group.handle))
            }
            "channel" => {
                let id = of("channel_id");
                self.channel(id)
                    .map_or_else(|| id.to_owned(), |channel| format!("#{}", channel.name))
            }
            "broadcast" => format!("@{}", of("range")),
            "emoji" => format!(":{}:", of("name")),
            "date" => of("fallback").to_owned(),
            "link" if of("text").is_empty() => of("url").to_owned(),
            _ => of("text").to_owned(),
        }
    }
}

fn wrapped_lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().flat_map(wrapped)
}
