//! `auth.test` and `apps.connections.open`.

use super::{Outcome, Request, ok};
use crate::slack::model::Model;
use serde_json::json;

pub(super) fn test(model: &mut Model, request: Request<'_>) -> Outcome {
    let granted = &request.granted;
    let team = model.team(&granted.team);
    let domain = model.domain(&granted.team);
    let mut answer = json!({
        "url": format!("https://{domain}.slack.com/"), "team": domain, "user": model.app.name,
        "team_id": granted.team, "user_id": granted.bot_user, "bot_id": granted.bot_id,
        "is_enterprise_install": granted.org_wide,
    });
    if let Some(enterprise) = team.and_then(|team| team.enterprise.as_ref()) {
        answer["enterprise_id"] = json!(enterprise);
    }
    ok(answer)
}

/// The address holds a ticket for one connection.
pub(super) fn open_connection(model: &mut Model, _request: Request<'_>) -> Outcome {
    let ticket = model.issue_ticket();
    let url = format!(
        "{}/link/?ticket={ticket}&app_id={}",
        model.socket_base, model.app.id
    );
    ok(json!({ "url": url }))
}
