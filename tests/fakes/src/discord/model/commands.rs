//! Commands as the app registered them, and what may be registered.
//! <https://docs.discord.com/developers/interactions/application-commands>

use super::shown::merge;
use super::{Model, Refusal};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Names, descriptions and values of a command with everything below it.
const CHARACTERS: usize = 8_000;
/// Creations a day and guild.
const CREATIONS: usize = 200;
/// Commands of type 1, 2 and 3 in one scope.
const MOST: [usize; 3] = [100, 15, 15];
const LOCALES: &str = "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru \
    uk hi th zh-CN ja zh-TW ko ar he";

/// One command that is registered.
#[derive(Clone, Debug)]
pub(in crate::discord) struct Registered {
    /// `None`: everywhere.
    pub guild: Option<String>,
    pub id: String,
    pub version: String,
    /// As the app sent it.
    pub sent: Value,
}

impl Registered {
    pub fn name(&self) -> &str {
        self.sent["name"].as_str().unwrap_or_default()
    }

    pub fn kind(&self) -> u64 {
        self.sent["type"].as_u64().unwrap_or(1)
    }
}

impl Model {
    /// Replaces all commands of a scope. Names that were there keep their ids, and their version where nothing changed.
    pub fn register(&mut self, guild: Option<&str>, commands: &[Value]) -> Result<(), Refusal> {
        check(commands)?;
        let (old, others): (Vec<_>, Vec<_>) = std::mem::take(&mut self.commands)
            .into_iter()
            .partition(|command| command.guild.as_deref() == guild);
        let mut next = Vec::new();
        let mut created = 0;
        for sent in commands {
            let kind = sent["type"].as_u64().unwrap_or(1);
            let known = old
                .iter()
                .find(|command| command.sent["name"] == sent["name"] && command.kind() == kind);
            created += usize::from(known.is_none());
            let id = known.map_or_else(|| self.id(), |known| known.id.clone());
            let unchanged = known.filter(|known| known.sent == *sent);
            let version = unchanged.map_or_else(|| self.id(), |known| known.version.clone());
            next.push(Registered {
                guild: guild.map(str::to_owned),
                id,
                version,
                sent: sent.clone(),
            });
        }
        self.commands = others;
        if created > CREATIONS {
            self.commands.extend(old);
            return Err(Refusal::new(30_034));
        }
        self.commands.extend(next);
        Ok(())
    }

    /// Commands of a scope as the wire shows them.
    pub fn shown_commands(&self, guild: Option<&str>, localizations: bool) -> Value {
        let of_scope = self
            .commands
            .iter()
            .filter(|command| command.guild.as_deref() == guild);
        of_scope
            .map(|command| self.shown_command(command, localizations))
            .collect()
    }

    fn shown_command(&self, command: &Registered, localizations: bool) -> Value {
        let sent = &command.sent;
        let permissions = match &sent["default_member_permissions"] {
            Value::Number(number) => json!(number.to_string()),
            other => other.clone(),
        };
        let mut shown = json!({
            "id": command.id, "application_id": self.app.id, "version": command.version,
            "default_member_permissions": permissions, "type": command.kind(), "name": sent["name"],
            "description": sent["description"].as_str().unwrap_or_default(), "nsfw": false,
            "integration_types": sent["integration_types"].as_array().cloned().unwrap_or_else(|| vec![json!(0)]),
            "contexts": sent["contexts"],
        });
        if localizations {
            merge(&mut shown, localized(sent));
        }
        if let Some(guild) = &command.guild {
            shown["guild_id"] = json!(guild);
        }
        if let Some(options) = sent["options"].as_array().filter(|options| !options.is_empty()) {
            let options = options.iter().map(|option| shown_option(option, localizations));
            shown["options"] = options.collect();
        }
        shown
    }

    /// The command that a client in this guild offers under this name.
    pub fn offered(&self, guild: Option<&str>, name: &str, kind: u64) -> Option<&Registered> {
        let here = self.commands.iter().filter(|command| {
            (command.guild.is_none() || command.guild.as_deref() == guild) && command.kind() == kind
        });
        here.filter(|command| command.name() == name)
            .max_by_key(|command| command.guild.is_some())
    }
}

fn localized(sent: &Value) -> Value {
    json!({ "name_localizations": sent["name_localizations"],
        "description_localizations": sent["description_localizations"] })
}

fn shown_option(option: &Value, localizations: bool) -> Value {
    let mut shown = option.clone();
    if let Some(fields) = shown.as_object_mut() {
        fields.retain(|name, value| !value.is_null() && !name.ends_with("_localizations"));
        if option["required"] == false {
            fields.remove("required");
        }
    }
    if localizations {
        merge(&mut shown, localized(option));
    }
    if let Some(inner) = option["options"].as_array() {
        shown["options"] = inner
            .iter()
            .map(|option| shown_option(option, localizations))
            .collect();
    }
    for choice in shown["choices"].as_array_mut().into_iter().flatten() {
        if !localizations && let Some(fields) = choice.as_object_mut() {
            fields.remove("name_localizations");
        }
    }
    if shown["choices"].is_null()
        && let Some(fields) = shown.as_object_mut()
    {
        fields.remove("choices");
    }
    shown
}

fn check(commands: &[Value]) -> Result<(), Refusal> {
    let mut names = HashSet::new();
    for (kind, most) in (1..).zip(MOST) {
        let count = commands
            .iter()
            .filter(|command| command["type"].as_u64().unwrap_or(1) == kind);
        if count.count() > most {
            return Err(invalid("", &format!("more than {most} commands of type {kind}")));
        }
    }
    for command in commands {
        let kind = command["type"].as_u64().unwrap_or(1);
        let name = command["name"].as_str().unwrap_or_default();
        if !names.insert((kind, name)) {
            return Err(invalid(name, "Application command names must be unique"));
        }
        let described = command["description"]
            .as_str()
            .is_some_and(|text| !text.is_empty());
        if described != (kind == 1) {
            return Err(invalid(
                name,
                "commands of type 1 have a description, the others none",
            ));
        }
        let characters = characters(command);
        if characters > CHARACTERS {
            return Err(invalid(
                name,
                &format!("{characters} characters; {CHARACTERS} are allowed"),
            ));
        }
        if kind == 1 {
            check_named(command)?;
            check_options(command, 0)?;
        }
    }
    Ok(())
}

fn invalid(name: &str, what: &str) -> Refusal {
    Refusal::invalid("", "APPLICATION_COMMAND_INVALID", &format!("{name}: {what}"))
}

/// `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$`, lower case where there is one.
fn is_name(name: &str) -> bool {
    let is_letter = |letter: char| {
        letter.is_alphanumeric()
            || "-_'".contains(letter)
            || ('\u{900}'..='\u{97f}').contains(&letter)
            || ('\u{e00}'..='\u{e7f}').contains(&letter)
    };
    (1..=32).contains(&name.chars().count()) && name.chars().all(is_letter) && name.to_lowercase() == name
}

fn check_named(what: &Value) -> Result<(), Refusal> {
    let name = what["name"].as_str().unwrap_or_default();
    let localized = what["name_localizations"].as_object().into_iter().flatten();
    for name in std::iter::once(name).chain(localized.filter_map(|(_, name)| name.as_str())) {
        if !is_name(name) {
            return Err(invalid(name, "String value did not match validation regex"));
        }
    }
    for field in ["name_localizations", "description_localizations"] {
        for (locale, _) in what[field].as_object().into_iter().flatten() {
            if !LOCALES.split_whitespace().any(|known| known == locale) {
                return Err(invalid(name, &format!("{field}: no locale {locale}")));
            }
        }
    }
    Ok(())
}

/// Options of a command (depth 0), of a group or of a subcommand.
fn check_options(parent: &Value, depth: u8) -> Result<(), Refusal> {
    let options = parent["options"].as_array().map_or(&[][..], Vec::as_slice);
    let name = parent["name"].as_str().unwrap_or_default();
    let is_nest = |option: &Value| option["type"] == 1 || option["type"] == 2;
    let nests = options.iter().filter(|option| is_nest(option)).count();
    if nests != 0 && nests != options.len() {
        return Err(invalid(name, "subcommands and other options do not mix"));
    }
    let mut names = HashSet::new();
    let mut optional = false;
    for option in options {
        check_named(option)?;
        if !names.insert(option["name"].as_str()) {
            return Err(invalid(name, "Option names must be unique"));
        }
        let allowed = match depth {
            0 => true,
            1 => option["type"] != 2 && (parent["type"] == 1 || option["type"] == 1),
            _ => !is_nest(option),
        };
        if !allowed {
            return Err(invalid(
                name,
                "nesting goes from command to group to subcommand and no further",
            ));
        }
        let required = option["required"] == true;
        if required && optional {
            return Err(invalid(
                name,
                "Required options must be placed before non-required options",
            ));
        }
        optional |= !required;
        check_value(name, option)?;
        check_options(option, if option["type"] == 1 { 2 } else { depth + 1 })?;
    }
    Ok(())
}

fn check_value(parent: &str, option: &Value) -> Result<(), Refusal> {
    let choices = option["choices"].as_array().map_or(&[][..], Vec::as_slice);
    if option["autocomplete"] == true && !choices.is_empty() {
        return Err(invalid(parent, "autocomplete and choices do not mix"));
    }
    let mut names = HashSet::new();
    if !choices
        .iter()
        .all(|choice| names.insert(choice["name"].to_string()))
    {
        return Err(invalid(parent, "choice names must be unique"));
    }
    let crossed = |least: &str, most: &str| {
        let (least, most) = (option[least].as_f64(), option[most].as_f64());
        least.zip(most).is_some_and(|(least, most)| least > most)
    };
    if crossed("min_length", "max_length") || crossed("min_value", "max_value") {
        return Err(invalid(parent, "the least is above the most"));
    }
    Ok(())
}

/// Names, descriptions and values, of each the longest localisation.
fn characters(part: &Value) -> usize {
    let longest = |field: &str| {
        let localized = part[format!("{field}_localizations")].as_object();
        let localized = localized
            .into_iter()
            .flatten()
            .filter_map(|(_, text)| text.as_str());
        let all = part[field].as_str().into_iter().chain(localized);
        all.map(|text| text.chars().count()).max().unwrap_or_default()
    };
    let value = part["value"].as_str().map_or(0, |value| value.chars().count());
    let below = ["options", "choices"]
        .into_iter()
        .flat_map(|field| part[field].as_array().into_iter().flatten());
    longest("name") + longest("description") + value + below.map(characters).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::{check, is_name};
    use serde_json::{Value, json};

    fn option(kind: u64, name: &str, inner: Value) -> Value {
        json!({ "type": kind, "name": name, "description": "d", "options": inner })
    }

    fn command(options: Value) -> Vec<Value> {
        vec![json!({ "name": "flink", "description": "d", "options": options })]
    }

    #[test]
    fn names_are_lower_case_letters_digits_and_dashes() {
        assert!(
            ["scale", "größe", "拡大", "a-b_c", "หยุด"]
                .into_iter()
                .all(is_name)
        );
        assert!(!["Scale", "a b", "", "a.b"].into_iter().any(is_name));
    }

    #[test]
    fn nesting_goes_from_command_to_group_to_subcommand() {
        let leaf = option(3, "job", json!([]));
        let sub = option(1, "set", json!([leaf]));
        assert!(check(&command(json!([option(2, "parallelism", json!([sub]))]))).is_ok());
        assert!(check(&command(json!([sub]))).is_ok());
        assert!(check(&command(json!([leaf, sub]))).is_err());
        assert!(check(&command(json!([option(1, "outer", json!([sub]))]))).is_err());
        assert!(check(&command(json!([option(2, "group", json!([leaf]))]))).is_err());
    }

    #[test]
    fn a_required_option_stands_first_and_a_command_has_a_size() {
        let required = json!({ "type": 3, "name": "b", "description": "d", "required": true });
        let optional = json!({ "type": 3, "name": "a", "description": "d" });
        assert!(check(&command(json!([required, optional]))).is_ok());
        assert!(check(&command(json!([optional, required]))).is_err());
        let long = "x".repeat(100);
        let choices: Vec<Value> = (0..25)
            .map(|n| json!({ "name": format!("{n:0>100}"), "value": long }))
            .collect();
        let with_choices =
            |name: &str| json!({ "type": 3, "name": name, "description": "d", "choices": choices });
        assert!(check(&command(json!([with_choices("a")]))).is_ok());
        assert!(check(&command(json!([with_choices("a"), with_choices("b")]))).is_err());
    }
}
