//! A form in front of a person: filled in, submitted, dismissed. What a client would not let them submit, panics.

use super::model::bodies::inputs_of;
use super::model::guilds::OpenForm;
use super::model::interactions::Kind;
use super::person::{Act, Person, panic_with, value_of};
use serde_json::{Map, Value, json};

/// An open modal, with what was typed into it so far.
pub struct Form {
    person: Person,
    form: OpenForm,
    /// By `custom_id`.
    typed: Map<String, Value>,
}

impl Form {
    pub(super) fn of(person: &Person, form: OpenForm) -> Self {
        Self {
            person: person.clone(),
            form,
            typed: Map::new(),
        }
    }

    /// Its title.
    pub fn title(&self) -> String {
        self.form.data["title"].as_str().unwrap_or_default().to_owned()
    }

    /// As the app sent it, with the ids Discord filled in.
    pub fn sent(&self) -> Value {
        self.form.data.clone()
    }

    fn rows(&self) -> impl Iterator<Item = &Value> {
        self.form.data["components"].as_array().into_iter().flatten()
    }

    /// What can be filled in, each with its label.
    fn inputs(&self) -> impl Iterator<Item = (Value, Value)> {
        self.rows().flat_map(|row| {
            let labelled = inputs_of(row).into_iter();
            labelled.map(|input| {
                let label = if row["type"] == 18 {
                    &row["label"]
                } else {
                    &input["label"]
                };
                (label.clone(), input)
            })
        })
    }

    fn input(&self, label: &str) -> Value {
        let found = self.inputs().find(|(known, _)| known == label);
        let labels: Vec<Value> = self.inputs().map(|(label, _)| label).collect();
        let (_, input) = found.unwrap_or_else(|| panic_with(&format!("no input {label:?} among {labels:?}")));
        input
    }

    /// Types into the input with this label. Panics where the client would not take it.
    #[must_use]
    pub fn fills(mut self, label: &str, text: &str) -> Self {
        let input = self.input(label);
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        let most = input["max_length"].as_u64().unwrap_or(4_000);
        assert!(length <= most, "{label:?} takes {most} characters");
        self.typed.insert(id_of(&input), json!({ "value": text }));
        self
    }

    /// Chooses an option by its words. Panics where there is none.
    #[must_use]
    pub fn chooses(mut self, label: &str, option: &str) -> Self {
        let input = self.input(label);
        let value = value_of(&input, option).unwrap_or_else(|| panic_with(&format!("no option {option:?}")));
        self.typed.insert(id_of(&input), json!({ "values": [value] }));
        self
    }

    /// Submits. Panics where a required input is empty: the client would not send it.
    pub fn submits(self) -> Act {
        for (label, input) in self.inputs() {
            let state = self.state(&input);
            let text = state["value"].as_str().unwrap_or_default();
            let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
            let is_empty = text.is_empty() && state["values"].as_array().is_none_or(Vec::is_empty);
            assert!(!is_empty || input["required"] == false, "{label} is required");
            let least = input["min_length"].as_u64().unwrap_or_default();
            assert!(
                is_empty || input["type"] != 4 || length >= least,
                "{label} is too short"
            );
        }
        let rows: Vec<Value> = self
            .rows()
            .filter(|row| row["type"] != 10)
            .map(|row| self.filled(row))
            .collect();
        let data = json!({ "custom_id": self.form.data["custom_id"], "components": rows });
        let (channel, source) = {
            let model = self.person.discord.shared.model();
            let opened_by = model
                .interactions
                .iter()
                .find(|known| known.id == self.form.opened_by);
            let Some(opened_by) = opened_by else {
                return panic_with("the form came from nowhere");
            };
            let source = opened_by.source.as_deref();
            let message = source
                .and_then(|id| model.message(&opened_by.channel, id))
                .cloned();
            (opened_by.channel.clone(), message)
        };
        self.vanish();
        self.person.act(Kind::Modal, &channel, data, source.as_ref())
    }

    /// Dismisses it; the app hears nothing of that.
    pub fn closes(self) {
        self.vanish();
    }

    fn vanish(&self) {
        let mut model = self.person.discord.shared.model();
        if let Some(user) = model.user_mut(&self.person.id) {
            user.forms.retain(|form| form.opened_by != self.form.opened_by);
        }
    }

    fn filled(&self, row: &Value) -> Value {
        let mut filled: Vec<Value> = inputs_of(row).iter().map(|input| self.state(input)).collect();
        if row["type"] == 18 {
            return json!({ "type": 18, "id": row["id"], "component": filled.pop() });
        }
        json!({ "type": 1, "id": row["id"], "components": filled })
    }

    /// An input as it is submitted: what was typed, or what stood there.
    fn state(&self, input: &Value) -> Value {
        let mut state = json!({ "type": input["type"], "id": input["id"], "custom_id": input["custom_id"] });
        let typed = self.typed.get(&id_of(input));
        if input["type"] == 4 {
            let standing = typed.map_or(&input["value"], |typed| &typed["value"]);
            state["value"] = json!(standing.as_str().unwrap_or_default());
        } else {
            state["values"] = typed.map_or_else(|| json!([]), |typed| typed["values"].clone());
        }
        state
    }
}

fn id_of(input: &Value) -> String {
    input["custom_id"].as_str().unwrap_or_default().to_owned()
}
