//! Views: modals in a person's stack, and the App Home.

use super::messages::fill_texts;
use super::{Model, Refusal};
use serde_json::{Value, json};

/// How many modals may lie on one another.
const DEPTH: usize = 3;

/// A view that exists, or existed.
#[derive(Clone)]
pub(in crate::slack) struct View {
    pub id: String,
    pub team: String,
    pub user: String,
    /// As the app sent it, blocks completed.
    pub sent: Value,
    pub hash: String,
    pub root: String,
    pub previous: Option<String>,
    pub open: bool,
    /// What the app found wrong with the last submission, by block id.
    pub errors: Value,
}

impl Model {
    pub fn view(&self, id: &str) -> Option<&View> {
        self.views.iter().find(|view| view.id == id)
    }

    pub fn view_mut(&mut self, id: &str) -> Option<&mut View> {
        self.views.iter_mut().find(|view| view.id == id)
    }

    /// Opens a modal for a person; an open stack is replaced.
    pub fn open_view(&mut self, team: &str, user: &str, sent: Value) -> Result<String, Refusal> {
        self.close_all(user);
        self.add_view(team, user, sent, None)
    }

    /// Lays a modal on those the person has open.
    pub fn push_view(&mut self, team: &str, user: &str, sent: Value) -> Result<String, Refusal> {
        let stack = self.user(user).map(|user| user.stack.clone()).unwrap_or_default();
        let Some(top) = stack.last() else {
            return Err(Refusal::new("not_found"));
        };
        if stack.len() >= DEPTH {
            return Err(Refusal::new("push_limit_reached"));
        }
        self.add_view(team, user, sent, Some(top.clone()))
    }

    fn add_view(
        &mut self,
        team: &str,
        user: &str,
        sent: Value,
        previous: Option<String>,
    ) -> Result<String, Refusal> {
        self.external_id_is_free(&sent, None)?;
        let id = self.store_view(team, user, sent, previous);
        if let Some(user) = self.user_mut(user) {
            user.stack.push(id.clone());
        }
        Ok(id)
    }

    fn store_view(&mut self, team: &str, user: &str, sent: Value, previous: Option<String>) -> String {
        let id = self.id('V', "view");
        let root = previous
            .as_ref()
            .and_then(|previous| self.view(previous))
            .map_or_else(|| id.clone(), |previous| previous.root.clone());
        let sent = self.with_blocks_completed(sent);
        let hash = self.hash();
        self.views.push(View {
            id: id.clone(),
            team: team.to_owned(),
            user: user.to_owned(),
            sent,
            hash,
            root,
            previous,
            open: true,
            errors: json!({}),
        });
        id
    }

    /// Shows the App Home of a person.
    pub fn publish_view(
        &mut self,
        team: &str,
        user: &str,
        sent: Value,
        hash: Option<&str>,
    ) -> Result<String, Refusal> {
        let now_shown = self.user(user).and_then(|user| user.home.clone());
        if let Some(id) = now_shown {
            self.update_view(&id, sent, hash)?;
            return Ok(id);
        }
        self.external_id_is_free(&sent, None)?;
        let id = self.store_view(team, user, sent, None);
        if let Some(user) = self.user_mut(user) {
            user.home = Some(id.clone());
        }
        Ok(id)
    }

    /// Shows something else in a view. With `hash`, only if it is still what the app saw.
    pub fn update_view(&mut self, id: &str, sent: Value, hash: Option<&str>) -> Result<(), Refusal> {
        let view = self
            .view(id)
            .filter(|view| view.open)
            .ok_or_else(|| Refusal::new("not_found"))?;
        if hash.is_some_and(|hash| hash != view.hash) {
            return Err(Refusal::new("hash_conflict"));
        }
        self.external_id_is_free(&sent, Some(id))?;
        let sent = self.with_blocks_completed(sent);
        let hash = self.hash();
        if let Some(view) = self.view_mut(id) {
            view.sent = sent;
            view.hash = hash;
            view.errors = json!({});
        }
        Ok(())
    }

    fn external_id_is_free(&self, sent: &Value, except: Option<&str>) -> Result<(), Refusal> {
        let wanted = sent["external_id"].as_str().filter(|id| !id.is_empty());
        let taken = |view: &View| {
            view.open && Some(view.id.as_str()) != except && view.sent["external_id"].as_str() == wanted
        };
        if wanted.is_some() && self.views.iter().any(taken) {
            return Err(Refusal::new("duplicate_external_id"));
        }
        Ok(())
    }

    fn with_blocks_completed(&mut self, mut sent: Value) -> Value {
        fill_texts(&mut sent);
        if let Some(blocks) = sent["blocks"].as_array().cloned() {
            sent["blocks"] = json!(self.completed(blocks));
        }
        sent
    }

    fn hash(&mut self) -> String {
        format!("{}.{}", self.now / 1_000, self.secret(8))
    }

    /// Closes one modal of a person.
    pub fn close_view(&mut self, id: &str) {
        let Some(view) = self.view_mut(id) else {
            return;
        };
        view.open = false;
        let user = view.user.clone();
        if let Some(user) = self.user_mut(&user) {
            user.stack.retain(|open| open != id);
        }
    }

    /// Closes all modals of a person.
    pub fn close_all(&mut self, user: &str) {
        let stack = self.user(user).map(|user| user.stack.clone()).unwrap_or_default();
        for id in stack {
            self.close_view(&id);
        }
    }

    /// The view as answers and payloads show it, with what was typed into it.
    pub fn view_json(&self, view: &View, state: &Value) -> Value {
        let sent = |field: &str, default: Value| view.sent.get(field).cloned().unwrap_or(default);
        let bot = self.install_of(&view.team).map(|install| install.bot_id.clone());
        json!({
            "id": view.id, "team_id": view.team, "type": sent("type", json!("modal")),
            "blocks": sent("blocks", json!([])), "private_metadata": sent("private_metadata", json!("")),
            "callback_id": sent("callback_id", json!("")), "state": { "values": state }, "hash": view.hash,
            "title": sent("title", Value::Null), "clear_on_close": sent("clear_on_close", json!(false)),
            "notify_on_close": sent("notify_on_close", json!(false)), "close": sent("close", Value::Null),
            "submit": sent("submit", Value::Null), "previous_view_id": view.previous, "root_view_id": view.root,
            "app_id": self.app.id, "external_id": sent("external_id", json!("")), "app_installed_team_id": view.team,
            "bot_id": bot,
        })
    }
}
