//! A form in front of a person: filled in, submitted, dismissed. What a client would not let them submit, panics.

use super::model::views::View;
use super::payloads::Pressed;
use super::person::{Act, Person, find_element, find_option, panic_with, pressed};
use serde_json::{Map, Value, json};

/// An open modal, or the App Home, with what was typed into it so far.
pub struct Form {
    person: Person,
    id: String,
    typed: Map<String, Value>,
}

impl Form {
    pub(super) fn of(person: &Person, id: String) -> Self {
        Self {
            person: person.clone(),
            id,
            typed: Map::new(),
        }
    }

    fn view(&self) -> View {
        let model = self.person.slack.shared.model();
        model
            .view(&self.id)
            .cloned()
            .unwrap_or_else(|| panic_with("the form is gone"))
    }

    fn blocks(&self) -> Vec<Value> {
        self.view().sent["blocks"].as_array().cloned().unwrap_or_default()
    }

    /// Its title.
    pub fn title(&self) -> String {
        self.view().sent["title"]["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// As the app sent it.
    pub fn sent(&self) -> Value {
        self.view().sent
    }

    /// What the app found wrong with the last submission, by block id.
    pub fn errors(&self) -> Value {
        self.view().errors
    }

    /// Whether it is still open.
    pub fn is_open(&self) -> bool {
        self.view().open
    }

    /// The input block with this label.
    fn input(&self, label: &str) -> (String, Value) {
        let blocks = self.blocks();
        let labels: Vec<&str> = blocks
            .iter()
            .filter_map(|block| block["label"]["text"].as_str())
            .collect();
        let block = blocks
            .iter()
            .find(|block| block["type"] == "input" && block["label"]["text"] == label)
            .unwrap_or_else(|| panic_with(&format!("no input {label:?} among {labels:?}")));
        let id = block["block_id"].as_str().unwrap_or_default().to_owned();
        (id, block["element"].clone())
    }

    fn set(&mut self, block: String, element: &Value, field: &str, value: Value) {
        let action = element["action_id"].as_str().unwrap_or_default().to_owned();
        let state = json!({ action: { "type": element["type"], field: value } });
        self.typed.insert(block, state);
    }

    /// Types into the input with this label. Panics where the client would not take it.
    #[must_use]
    pub fn fills(mut self, label: &str, text: &str) -> Self {
        let (block, element) = self.input(label);
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        let most = element["max_length"].as_u64().unwrap_or(3_000);
        assert!(length <= most, "{label:?} takes {most} characters");
        self.set(block, &element, "value", json!(text));
        self
    }

    /// Chooses an option by its words. Panics where there is none.
    #[must_use]
    pub fn chooses(mut self, label: &str, option: &str) -> Self {
        let (block, element) = self.input(label);
        let found =
            find_option(&element, option).unwrap_or_else(|| panic_with(&format!("no option {option:?}")));
        if element["type"] == "checkboxes"
            || element["type"]
                .as_str()
                .is_some_and(|kind| kind.starts_with("multi_"))
        {
            self.set(block, &element, "selected_options", json!([found]));
        } else {
            self.set(block, &element, "selected_option", found);
        }
        self
    }

    /// Chooses an option that a search brought, for an external select.
    #[must_use]
    pub fn takes(mut self, label: &str, option: &Value) -> Self {
        let (block, element) = self.input(label);
        self.set(block, &element, "selected_option", option.clone());
        self
    }

    /// Types into an external select; the answer's body has the options.
    pub fn searches(&self, label: &str, typed: &str) -> Act {
        let (block, element) = self.input(label);
        let (user, view) = (self.person.user(), self.view());
        let payload = {
            let mut model = self.person.slack.shared.model();
            model.suggestion_payload(&user, &view, &element, &block, typed)
        };
        self.person.act_on_view(payload)
    }

    /// Presses a button inside.
    pub fn presses(&self, label: &str) -> Act {
        let fits = |element: &Value| element["type"] == "button" && element["text"]["text"] == label;
        let (block, element) =
            find_element(&self.blocks(), fits).unwrap_or_else(|| panic_with(&format!("no button {label:?}")));
        let (user, view, state) = (self.person.user(), self.view(), self.state());
        let payload = {
            let mut model = self.person.slack.shared.model();
            model.action_payload(&user, &Pressed::On(&view, state), pressed(&block, &element))
        };
        self.person.act_on_view(payload)
    }

    /// Submits. Panics where a required input is empty: the client would not send it.
    pub fn submits(self) -> Act {
        let state = self.state();
        for block in self
            .blocks()
            .iter()
            .filter(|block| block["type"] == "input" && block["optional"] != true)
        {
            let id = block["block_id"].as_str().unwrap_or_default();
            let filled = state[id]
                .as_object()
                .into_iter()
                .flatten()
                .any(|(_, element)| !is_empty(element));
            assert!(filled, "{} is required", block["label"]["text"]);
        }
        let (user, view) = (self.person.user(), self.view());
        assert!(view.open, "the form is closed");
        let payload = {
            let mut model = self.person.slack.shared.model();
            model.view_payload(&user, &view, &state, false)
        };
        self.person.act_on_view(payload)
    }

    /// Dismisses it; the app hears of it only if it asked to.
    pub fn closes(self) -> Option<Act> {
        let (user, view) = (self.person.user(), self.view());
        let payload = {
            let mut model = self.person.slack.shared.model();
            model.close_view(&self.id);
            model.view_payload(&user, &view, &json!({}), true)
        };
        (view.sent["notify_on_close"] == true).then(|| self.person.act_on_view(payload))
    }

    /// `view.state.values`: every input, empty ones too.
    fn state(&self) -> Value {
        let mut values = Map::new();
        for block in self.blocks().iter().filter(|block| block["type"] == "input") {
            let id = block["block_id"].as_str().unwrap_or_default().to_owned();
            let typed = self.typed.get(&id).cloned();
            values.insert(id, typed.unwrap_or_else(|| untouched(&block["element"])));
        }
        Value::Object(values)
    }
}

/// The state of an element nobody touched: its initial value, or nothing.
fn untouched(element: &Value) -> Value {
    let kind = element["type"].as_str().unwrap_or_default();
    let (field, initial) = match kind {
        "plain_text_input" | "number_input" => ("value", "initial_value"),
        "checkboxes" => ("selected_options", "initial_options"),
        _ if kind.starts_with("multi_") => ("selected_options", "initial_options"),
        "users_select" => ("selected_user", "initial_user"),
        "datepicker" => ("selected_date", "initial_date"),
        _ => ("selected_option", "initial_option"),
    };
    let empty = if field == "selected_options" {
        json!([])
    } else {
        Value::Null
    };
    let value = element.get(initial).cloned().unwrap_or(empty);
    let action = element["action_id"].as_str().unwrap_or_default();
    json!({ action: { "type": kind, field: value } })
}

fn is_empty(state: &Value) -> bool {
    let values = state
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(field, _)| *field != "type");
    values
        .into_iter()
        .all(|(_, value)| value.is_null() || *value == json!("") || *value == json!([]))
}
