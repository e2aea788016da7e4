//! Events: mentions, the App Home, changed groups. <https://docs.slack.dev/apis/events-api>

use approvals::intake::Said;
use serde_json::Value;

use super::typed::after_mention;
use super::{Heard, Tokens, Unreadable, What, channel, delivery, message, needed, text};
use crate::chat::slack::gate::Origin;

/// What somebody says who mentions us and nothing else.
const NOTHING_SAID: &str = "help";

/// An `event_callback`.
pub fn event(payload: &Value) -> Result<Heard, Unreadable> {
    let kind = needed(payload, "/event/type", "event.type")?;
    let user = text(payload, "/event/user").unwrap_or_default().to_owned();
    let heard = |what| Heard {
        origin: origin(payload),
        user: user.clone(),
        channel: None,
        what,
        tokens: Tokens::default(),
    };
    match kind {
        "app_mention" => mention(payload, user.clone()),
        "app_home_opened" if text(payload, "/event/tab") == Some("home") => Ok(heard(What::Home)),
        "app_home_opened" => Ok(heard(What::Nothing("the App Home's other tab"))),
        "subteam_members_changed" => {
            let group = needed(payload, "/event/subteam_id", "event.subteam_id")?;
            Ok(heard(What::Group(group.to_owned())))
        }
        _ => Ok(heard(What::Nothing("an event that we did not ask for"))),
    }
}

fn mention(payload: &Value, user: String) -> Result<Heard, Unreadable> {
    let event = needed(payload, "/event_id", "event_id")?;
    let us = text(payload, "/authorizations/0/user_id");
    let said = after_mention(text(payload, "/event/text").unwrap_or_default(), us);
    let said = if said.is_empty() {
        NOTHING_SAID.to_owned()
    } else {
        said
    };
    let ignored = if payload.pointer("/event/edited").is_some() {
        Some("an edited mention: it was heard when it was said")
    } else if text(payload, "/event/bot_id").is_some() || user.is_empty() || us == Some(user.as_str()) {
        Some("a mention by a bot")
    } else {
        None
    };
    let what = match ignored {
        Some(why) => What::Nothing(why),
        None => What::Delivery {
            id: delivery("event", &[event]),
            message: message(payload, "/event/ts")?,
            thread: message(payload, "/event/thread_ts")?,
            said: Said::Text(said),
        },
    };
    Ok(Heard {
        origin: origin(payload),
        user,
        channel: Some(channel(payload, "/event/channel")?),
        what,
        tokens: Tokens::default(),
    })
}

/// `user_team` is the author's workspace where the channel is shared; `team` is the author's, too.
fn origin(payload: &Value) -> Origin {
    let author = ["/event/user_team", "/event/user_profile/team", "/event/team"];
    Origin {
        app: Some(text(payload, "/api_app_id").unwrap_or_default().to_owned()),
        team: Some(text(payload, "/team_id").unwrap_or_default().to_owned()),
        user_team: author
            .iter()
            .find_map(|pointer| text(payload, pointer))
            .map(str::to_owned),
        shared: payload["is_ext_shared_channel"] == Value::Bool(true),
    }
}
