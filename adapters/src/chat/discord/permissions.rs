//! What the bot must be allowed in a channel. <https://discord.com/developers/docs/topics/permissions>

use serde_json::Value;

/// A permission that is needed, and its name as Discord shows it.
pub const NEEDED: [(u64, &str); 7] = [
    (1 << 10, "View Channel"),
    (1 << 11, "Send Messages"),
    (1 << 14, "Embed Links"),
    (1 << 15, "Attach Files"),
    (1 << 16, "Read Message History"),
    (1 << 35, "Create Public Threads"),
    (1 << 38, "Send Messages in Threads"),
];

/// Whoever has this one has all, whatever a channel says.
pub const ADMINISTRATOR: u64 = 1 << 3;

/// Without these no thread of ours can be in a channel.
const FOR_THREADS: u64 = 1 << 10 | 1 << 11 | 1 << 35 | 1 << 38;

/// All that is needed, as the invitation asks for it.
pub fn invited() -> u64 {
    NEEDED.iter().map(|(bit, _)| bit).sum()
}

/// Whether threads of ours can be where the bot has these permissions.
pub fn holds_threads(have: u64) -> bool {
    have & ADMINISTRATOR != 0 || have & FOR_THREADS == FOR_THREADS
}

/// What is missing, by name.
pub fn missing(have: u64) -> Vec<&'static str> {
    let lacking = NEEDED
        .iter()
        .filter(|(bit, _)| have & ADMINISTRATOR == 0 && have & bit == 0);
    lacking.map(|(_, name)| *name).collect()
}

/// What a member with these roles may do in a channel: by the roles of the server, then by what the channel says of
/// everybody, of the roles, and of the member. <https://discord.com/developers/docs/topics/permissions#permission-overwrites>
pub fn in_channel(guild: &str, roles: &Value, held: &[String], member: &str, channel: &Value) -> u64 {
    let is_held = |id: &str| id == guild || held.iter().any(|role| role == id);
    let id = |value: &Value| value["id"].as_str().unwrap_or_default().to_owned();
    let roles = roles.as_array().into_iter().flatten();
    let mut have = roles
        .filter(|role| is_held(&id(role)))
        .fold(0, |have, role| have | bits(&role["permissions"]));
    if have & ADMINISTRATOR != 0 {
        return u64::MAX;
    }
    let overwrites: Vec<&Value> = channel["permission_overwrites"]
        .as_array()
        .into_iter()
        .flatten()
        .collect();
    let everybody = |overwrite: &&&Value| id(overwrite) == guild;
    let of_roles = |overwrite: &&&Value| id(overwrite) != guild && is_held(&id(overwrite));
    let of_member = |overwrite: &&&Value| overwrite["type"] == 1 && id(overwrite) == member;
    for chosen in [
        overwrites.iter().filter(everybody).collect::<Vec<_>>(),
        overwrites.iter().filter(of_roles).collect(),
        overwrites.iter().filter(of_member).collect(),
    ] {
        let all = |name: &str| {
            chosen
                .iter()
                .fold(0, |all, overwrite| all | bits(&overwrite[name]))
        };
        have = have & !all("deny") | all("allow");
    }
    have
}

fn bits(value: &Value) -> u64 {
    value
        .as_str()
        .and_then(|bits| bits.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_channel_takes_away_and_gives_back() {
        let roles = json!([{ "id": "2", "permissions": "3072" }, { "id": "7", "permissions": "0" }]);
        let have = |overwrites: Value| {
            let channel = json!({ "permission_overwrites": overwrites });
            in_channel("2", &roles, &["7".to_owned()], "1", &channel)
        };
        assert_eq!(have(json!([])), 3_072);
        let everybody = json!({ "id": "2", "type": 0, "deny": "2048", "allow": "0" });
        assert_eq!(have(json!([everybody])), 1_024);
        let role = json!({ "id": "7", "type": 0, "deny": "0", "allow": "2048" });
        assert_eq!(have(json!([everybody, role])), 3_072);
        let member = json!({ "id": "1", "type": 1, "deny": "1024", "allow": "0" });
        assert_eq!(have(json!([everybody, role, member])), 2_048);
        let admin = json!([{ "id": "2", "permissions": "8" }]);
        assert_eq!(in_channel("2", &admin, &[], "1", &json!({})), u64::MAX);
    }

    #[test]
    fn the_invitation_asks_for_what_is_needed_and_no_more() {
        assert_eq!(invited(), 309_237_763_072);
        assert!(missing(invited()).is_empty() && missing(ADMINISTRATOR).is_empty());
        assert_eq!(missing(invited() & !(1 << 15)), ["Attach Files"]);
        assert!(!holds_threads(invited() & !(1 << 35)));
    }
}
