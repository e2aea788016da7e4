//! `users.info` and `usergroups.*`.

use super::{Outcome, Request, ok};
use crate::slack::model::{Model, Refusal};
use serde_json::{Value, json};

pub(super) fn user(model: &mut Model, request: Request<'_>) -> Outcome {
    let id = request.needed("user")?;
    let user = model.user(&id).ok_or_else(|| Refusal::new("user_not_found"))?;
    if user.team != request.granted.team && !model.share_a_channel(&id, &request.granted.bot_user) {
        return Err(Refusal::new("user_not_visible"));
    }
    let with_locale = request.arguments.flag("include_locale");
    ok(json!({ "user": model.user_json(user, with_locale) }))
}

pub(super) fn groups(model: &mut Model, request: Request<'_>) -> Outcome {
    let team = team(model, &request)?;
    model.plan_has_groups(&team)?;
    let (users, count) = (
        request.arguments.flag("include_users"),
        request.arguments.flag("include_count"),
    );
    let disabled = request.arguments.flag("include_disabled");
    let shown = model.groups.iter().filter(|group| group.team == team);
    let shown = shown.filter(|group| disabled || group.date_delete == 0);
    let shown: Vec<Value> = shown.map(|group| group.json(users, count)).collect();
    ok(json!({ "usergroups": shown }))
}

pub(super) fn members(model: &mut Model, request: Request<'_>) -> Outcome {
    let team = team(model, &request)?;
    let group = model.group_on_plan(&team, &request.needed("usergroup")?)?;
    if group.date_delete != 0 && !request.arguments.flag("include_disabled") {
        return Err(Refusal::new("no_such_subteam"));
    }
    ok(json!({ "users": group.users }))
}

/// An app of a whole organisation must say which team it means.
fn team(model: &Model, request: &Request<'_>) -> Result<String, Refusal> {
    match request.text("team_id") {
        None if request.granted.org_wide => Err(Refusal::new("missing_argument")),
        None => Ok(request.granted.team.clone()),
        Some(team) if model.team(&team).is_some() => Ok(team),
        Some(_) => Err(Refusal::new("invalid_arguments")),
    }
}

impl Model {
    fn share_a_channel(&self, one: &str, other: &str) -> bool {
        self.channels
            .iter()
            .any(|channel| channel.members.contains(one) && channel.members.contains(other))
    }
}
