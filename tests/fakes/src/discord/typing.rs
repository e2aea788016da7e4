//! A typed line as a client makes an interaction of it: only what is registered, only values of the right type.

use super::model::Model;
use super::model::channels::Channel;
use super::model::shown::merge;
use serde_json::{Value, json};

/// Reads `/command group subcommand option:value ...` into the interaction's `data`. With `finished` the line is sent; otherwise its last option is
/// being typed.
pub(super) fn typed(
    model: &Model,
    person: &str,
    line: &str,
    channel: &Channel,
    finished: bool,
) -> Result<Value, String> {
    let line = line.strip_prefix('/').ok_or("a command begins with a slash")?;
    let mut words = line.split(' ').peekable();
    let name = words.next().unwrap_or_default();
    let guild = channel.guild.as_deref();
    let command = model
        .offered(guild, name, 1)
        .ok_or_else(|| format!("/{name} is not registered"))?;
    if guild.is_none()
        && !command.sent["contexts"]
            .as_array()
            .is_none_or(|contexts| contexts.contains(&json!(1)))
    {
        return Err(format!("/{name} is not offered in direct messages"));
    }
    let (mut node, mut path) = (command.sent.clone(), Vec::new());
    while is_nest(&node) {
        let word = words
            .next()
            .ok_or_else(|| format!("a subcommand is missing after {path:?}"))?;
        let found = options(&node).find(|option| option["name"] == word);
        let found = found.ok_or_else(|| format!("no subcommand {word:?}"))?;
        node = found.clone();
        path.push((node["type"].clone(), word.to_owned()));
    }
    let given = given(&node, words)?;
    let line = Line {
        model,
        person,
        channel,
        given: &given,
        finished,
    };
    let (mut inner, resolved) = line.values(&node)?;
    for (kind, name) in path.into_iter().rev() {
        inner = json!([{ "type": kind, "name": name, "options": inner }]);
    }
    let mut data = json!({ "id": command.id, "name": name, "type": 1 });
    if inner != json!([]) {
        data["options"] = inner;
    }
    if resolved != json!({}) {
        data["resolved"] = resolved;
    }
    if command.guild.is_some() {
        data["guild_id"] = json!(guild);
    }
    Ok(data)
}

fn options(node: &Value) -> impl Iterator<Item = &Value> {
    node["options"].as_array().into_iter().flatten()
}

fn is_nest(node: &Value) -> bool {
    options(node).any(|option| option["type"] == 1 || option["type"] == 2)
}

/// Options in the order in which they were typed, their values as text.
fn given<'a>(node: &Value, words: impl Iterator<Item = &'a str>) -> Result<Vec<(String, String)>, String> {
    let mut given: Vec<(String, String)> = Vec::new();
    for word in words {
        let begun = word
            .split_once(':')
            .filter(|(name, _)| options(node).any(|option| option["name"] == *name));
        if let Some((name, _)) = begun.filter(|(name, _)| given.iter().any(|(known, _)| known == name)) {
            return Err(format!("{name} twice"));
        }
        match (begun, given.last_mut()) {
            (Some((name, value)), _) => given.push((name.to_owned(), value.to_owned())),
            (None, Some((_, value))) => {
                value.push(' ');
                value.push_str(word);
            }
            (None, None) if word.is_empty() => {}
            (None, None) => return Err(format!("{word:?} belongs to no option")),
        }
    }
    Ok(given)
}

struct Line<'a> {
    model: &'a Model,
    person: &'a str,
    channel: &'a Channel,
    given: &'a [(String, String)],
    finished: bool,
}

impl Line<'_> {
    fn values(&self, node: &Value) -> Result<(Value, Value), String> {
        let mut resolved = json!({});
        let mut values = Vec::new();
        for (at, (name, text)) in self.given.iter().enumerate() {
            let option = options(node)
                .find(|option| option["name"] == name.as_str())
                .ok_or("it was found before")?;
            let is_typing = !self.finished && at + 1 == self.given.len();
            if is_typing && option["autocomplete"] != true {
                return Err(format!("{name} has no autocomplete"));
            }
            // What is still being typed is told as it stands.
            let value = match self.value(option, text) {
                Ok((value, more)) => {
                    for (field, entries) in more.as_object().into_iter().flatten() {
                        let known = resolved[field].clone();
                        resolved[field] = if known.is_null() { json!({}) } else { known };
                        merge(&mut resolved[field], entries.clone());
                    }
                    value
                }
                Err(_) if !self.finished => json!(text),
                Err(why) => return Err(format!("{name}: {why}")),
            };
            let mut shown = json!({ "type": option["type"], "name": name, "value": value });
            if is_typing {
                shown["focused"] = json!(true);
            }
            values.push(shown);
        }
        let missing = options(node)
            .filter(|option| option["required"] == true)
            .find(|option| self.given.iter().all(|(name, _)| option["name"] != name.as_str()));
        match missing.filter(|_| self.finished) {
            Some(missing) => Err(format!("{} is required", missing["name"])),
            None => Ok((Value::Array(values), resolved)),
        }
    }

    /// A value of an option's type, with what `resolved` says of it.
    fn value(&self, option: &Value, text: &str) -> Result<(Value, Value), String> {
        let plain = |value: Value| Ok((value, json!({})));
        let choices = option["choices"].as_array().filter(|choices| !choices.is_empty());
        if let Some(choices) = choices {
            let chosen = choices.iter().find(|choice| choice["name"] == text);
            return plain(chosen.ok_or_else(|| format!("{text:?} is no choice"))?["value"].clone());
        }
        match option["type"].as_u64() {
            Some(3) => {
                let count = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
                let least = option["min_length"].as_u64().unwrap_or_default();
                let most = option["max_length"].as_u64().unwrap_or(6_000);
                if text.is_empty() || !(least..=most).contains(&count) {
                    return Err(format!("between {least} and {most} characters"));
                }
                plain(json!(text))
            }
            Some(4) => {
                let number: i64 = text.parse().map_err(|_| format!("{text:?} is no whole number"))?;
                within(option, json!(number))
            }
            Some(10) => {
                let number: f64 = text.parse().map_err(|_| format!("{text:?} is no number"))?;
                within(option, json!(number))
            }
            Some(5) => plain(json!(
                text.parse::<bool>()
                    .map_err(|_| format!("{text:?} is neither true nor false"))?
            )),
            Some(6) => self.user(text),
            Some(7) => self.place(text),
            Some(8) => self.role(text),
            Some(9) => self.user(text).or_else(|_| self.role(text)),
            other => Err(format!("this fake types no option of type {other:?}")),
        }
    }

    fn user(&self, text: &str) -> Result<(Value, Value), String> {
        let name = text.trim_start_matches('@');
        let found = self
            .model
            .users
            .iter()
            .find(|user| user.id == text || user.name == name);
        let user = found.ok_or_else(|| format!("nobody is called {text}"))?;
        let mut resolved = json!({ "users": { &user.id: user.shown_in_payload() } });
        let guild = self.channel.guild.as_deref().and_then(|id| self.model.guild(id));
        if let Some(member) = guild.and_then(|guild| guild.member(&user.id)) {
            let mut member = self.model.member_in_payload(member, user, self.channel);
            for field in ["user", "deaf", "mute"] {
                member.as_object_mut().map(|fields| fields.remove(field));
            }
            resolved["members"] = json!({ &user.id: member });
        }
        Ok((json!(user.id), resolved))
    }

    fn role(&self, text: &str) -> Result<(Value, Value), String> {
        let name = text.trim_start_matches('@');
        let guild = self.channel.guild.as_deref().and_then(|id| self.model.guild(id));
        let guild = guild.ok_or("no roles here")?;
        let role = guild
            .roles
            .iter()
            .find(|role| role.id == text || role.name == name);
        let id = &role.ok_or_else(|| format!("no role {text}"))?.id;
        let roles = guild.shown_roles();
        let shown = roles
            .as_array()
            .into_iter()
            .flatten()
            .find(|role| role["id"] == id.as_str());
        Ok((json!(id), json!({ "roles": { id: shown } })))
    }

    fn place(&self, text: &str) -> Result<(Value, Value), String> {
        let name = text.trim_start_matches('#');
        let found = self
            .model
            .channels
            .iter()
            .find(|channel| channel.id == text || channel.name == name);
        let channel = found.ok_or_else(|| format!("no channel {text}"))?;
        let permissions = self.model.permissions(self.person, channel);
        let shown = json!({ "id": channel.id, "name": channel.name, "type": channel.kind as u8,
            "parent_id": channel.parent, "permissions": permissions.to_string() });
        Ok((json!(channel.id), json!({ "channels": { &channel.id: shown } })))
    }
}

fn within(option: &Value, number: Value) -> Result<(Value, Value), String> {
    let value = number.as_f64().unwrap_or_default();
    let below = option["min_value"].as_f64().is_some_and(|least| value < least);
    let above = option["max_value"].as_f64().is_some_and(|most| value > most);
    if below || above {
        return Err(format!(
            "between {} and {}",
            option["min_value"], option["max_value"]
        ));
    }
    Ok((number, json!({})))
}
