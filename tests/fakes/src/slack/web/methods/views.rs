//! `views.*`: modals and the App Home.

use super::{Outcome, Request, ok};
use crate::slack::blocks::complaints_about_view;
use crate::slack::model::{Model, Refusal};
use serde_json::{Value, json};

/// A view as JSON may not be larger, by the error `view_too_large`.
const VIEW_BYTES: usize = 250_000;

impl Request<'_> {
    fn view(&mut self, kind: &str) -> Result<Value, Refusal> {
        let Some(view) = self.arguments.json("view").cloned().filter(Value::is_object) else {
            return Err(Refusal::explained(
                "invalid_arguments",
                &["[ERROR] missing required field: view".to_owned()],
            ));
        };
        let mut complaints = complaints_about_view(&view);
        if view["type"] != kind {
            complaints.push(format!("must be a {kind} [json-pointer:/view/type]"));
        }
        for complaint in &complaints {
            self.complain(format!("Block Kit: {complaint}"));
        }
        if view.to_string().len() > VIEW_BYTES {
            return Err(Refusal::new("view_too_large"));
        }
        if complaints.is_empty() {
            return Ok(view);
        }
        let messages: Vec<String> = complaints.iter().map(|what| format!("[ERROR] {what}")).collect();
        Err(Refusal::explained("invalid_arguments", &messages))
    }

    fn trigger(&self, model: &mut Model) -> Result<String, Refusal> {
        let given = self
            .text("trigger_id")
            .or_else(|| self.text("interactivity_pointer"));
        let trigger = given.ok_or_else(|| Refusal::new("invalid_trigger_id"))?;
        model.exchange_trigger(&trigger)
    }
}

fn shown(model: &Model, id: &str) -> Outcome {
    let view = model.view(id).ok_or_else(|| Refusal::new("not_found"))?;
    ok(json!({ "view": model.view_json(view, &json!({})) }))
}

pub(super) fn open(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let view = request.view("modal")?;
    let user = request.trigger(model)?;
    let id = model.open_view(&request.granted.team, &user, view)?;
    shown(model, &id)
}

pub(super) fn push(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let view = request.view("modal")?;
    let user = request.trigger(model)?;
    let id = model.push_view(&request.granted.team, &user, view)?;
    shown(model, &id)
}

pub(super) fn update(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let by_external = |model: &Model, external: String| {
        let named =
            |view: &&crate::slack::model::views::View| view.open && view.sent["external_id"] == *external;
        model.views.iter().find(named).map(|view| view.id.clone())
    };
    let id = match (request.text("view_id"), request.text("external_id")) {
        (Some(id), None) => Some(id),
        (None, Some(external)) => by_external(model, external),
        _ => {
            request.complain("needs view_id or external_id, and not both");
            None
        }
    };
    let id = id.ok_or_else(|| Refusal::new("not_found"))?;
    let kind = model.view(&id).map_or("modal", |view| {
        if view.sent["type"] == "home" {
            "home"
        } else {
            "modal"
        }
    });
    let view = request.view(kind)?;
    model.update_view(&id, view, request.text("hash").as_deref())?;
    shown(model, &id)
}

pub(super) fn publish(model: &mut Model, mut request: Request<'_>) -> Outcome {
    let view = request.view("home")?;
    let user = request.needed("user_id")?;
    if !model.app.home_tab {
        return Err(Refusal::new("not_enabled"));
    }
    if model.user(&user).is_none() {
        request.complain(format!("nobody has the user id {user}"));
        return Err(Refusal::explained(
            "invalid_arguments",
            &["[ERROR] invalid user_id".to_owned()],
        ));
    }
    let id = model.publish_view(
        &request.granted.team,
        &user,
        view,
        request.text("hash").as_deref(),
    )?;
    shown(model, &id)
}
