//! Which commands a server has and which it should have, and the difference between the two.

use approvals::ports::Fault;
use serde_json::Value;

use super::api::{Api, Call};
use super::catalog::{commands, tidy};

/// What would change; nothing, where the server has what it should.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Commands that the server does not have.
    pub missing: Vec<String>,
    /// Commands that it has in another form.
    pub changed: Vec<String>,
    /// Commands that it has and should not.
    pub left_over: Vec<String>,
}

impl Difference {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// One line for each command.
    pub fn lines(&self) -> Vec<String> {
        let line = |sign: char| move |name: &String| format!("{sign} /{name}");
        let missing = self.missing.iter().map(line('+'));
        let changed = self.changed.iter().map(line('~'));
        missing
            .chain(changed)
            .chain(self.left_over.iter().map(line('-')))
            .collect()
    }
}

/// How a server's commands differ from the catalog's.
///
/// # Errors
/// A [`Fault`], where Discord does not say.
pub async fn difference(api: &Api, application: &str, guild: &str) -> Result<Difference, Fault> {
    let there = api.call(&Call::commands(application, guild)).await?;
    let there = there.as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(compared(there, &commands()))
}

/// Registers the catalog's commands in a server, in place of all that it has of ours.
///
/// # Errors
/// A [`Fault`], where Discord does not take them.
pub async fn register(api: &Api, application: &str, guild: &str) -> Result<(), Fault> {
    let call = Call::register(application, guild, &commands());
    api.call(&call).await.map(drop)
}

fn compared(there: &[Value], wanted: &[Value]) -> Difference {
    let name = |command: &Value| command["name"].as_str().unwrap_or_default().to_owned();
    let mut difference = Difference::default();
    for command in wanted {
        match there.iter().find(|known| known["name"] == command["name"]) {
            None => difference.missing.push(name(command)),
            Some(known) if essence(known) != essence(command) => difference.changed.push(name(command)),
            Some(_) => {}
        }
    }
    let left_over = there
        .iter()
        .filter(|known| wanted.iter().all(|command| command["name"] != known["name"]));
    difference.left_over = left_over.map(name).collect();
    difference
}

/// What a command is, without what Discord adds to it.
fn essence(command: &Value) -> Value {
    const OURS: [&str; 5] = [
        "name",
        "description",
        "name_localizations",
        "description_localizations",
        "options",
    ];
    let mut essence: Value = OURS
        .iter()
        .map(|field| ((*field).to_owned(), command[*field].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into();
    tidy(&mut essence);
    essence
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_discord_adds_is_no_difference() {
        let wanted = commands();
        let there: Vec<Value> = wanted
            .iter()
            .map(|command| {
                let mut command = command.clone();
                command["id"] = "1".into();
                command["version"] = "2".into();
                command["type"] = 1.into();
                command["nsfw"] = false.into();
                command["name_localizations"] = Value::Null;
                command["options"][0]["required"] = command["options"][0]
                    .get("required")
                    .cloned()
                    .unwrap_or(false.into());
                command
            })
            .collect();
        assert!(compared(&there, &wanted).is_none());
    }

    #[test]
    fn each_difference_is_told() {
        let wanted = commands();
        let mut there = wanted.clone();
        there[0]["options"][0]["description"] = "another".into();
        there.pop();
        there.push(json!({ "name": "old" }));
        let difference = compared(&there, &wanted);
        assert_eq!(difference.lines(), ["+ /sluice", "~ /flink", "- /old"]);
    }
}
