//! Conversations: public and private channels, shared ones, direct messages; who is in them, and what a bot may do there.

use super::messages::Message;
use super::{Model, Refusal};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What sort of conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::slack) enum Kind {
    Public,
    Private,
    /// Between these two users.
    Direct(String, String),
}

/// One conversation.
pub(in crate::slack) struct Channel {
    pub id: String,
    pub team: String,
    pub name: String,
    pub kind: Kind,
    pub archived: bool,
    /// Only some may post: `restricted_action_read_only_channel`.
    pub read_only: bool,
    pub members: BTreeSet<String>,
    /// Teams of other organisations that share it (Slack Connect).
    pub shared_with: Vec<String>,
    /// Parents whose threads are locked.
    pub locked: BTreeSet<String>,
    pub messages: Vec<Message>,
    pub created: u64,
}

impl Channel {
    pub fn is_direct(&self) -> bool {
        matches!(self.kind, Kind::Direct(..))
    }

    pub fn message(&self, ts: &str) -> Option<&Message> {
        self.messages.iter().find(|message| message.ts == ts)
    }

    /// `#name`, or whose direct message it is.
    pub fn shown(&self) -> String {
        if self.is_direct() {
            "a direct message".to_owned()
        } else {
            format!("#{}", self.name)
        }
    }

    /// The scope that lets `conversations.*` see it: `{kind}:{verb}`.
    pub fn scope(&self, verb: &str) -> String {
        let kind = match self.kind {
            Kind::Public => "channels",
            Kind::Private => "groups",
            Kind::Direct(..) => "im",
        };
        format!("{kind}:{verb}")
    }
}

impl Model {
    pub fn add_channel(&mut self, name: &str, kind: Kind) -> String {
        let letter = if matches!(kind, Kind::Direct(..)) {
            'D'
        } else {
            'C'
        };
        let id = self.id(letter, name);
        let home = self.teams[0].id.clone();
        let members = match &kind {
            Kind::Direct(one, other) => [one, other].map(Clone::clone).into(),
            _ => self.members_of(&home),
        };
        self.channels.push(Channel {
            id: id.clone(),
            team: home,
            name: name.to_owned(),
            kind,
            archived: false,
            read_only: false,
            members,
            shared_with: Vec::new(),
            locked: BTreeSet::new(),
            messages: Vec::new(),
            created: self.now / 1_000,
        });
        id
    }

    /// Everybody of a team, bots too.
    fn members_of(&self, team: &str) -> BTreeSet<String> {
        let users = self.users.iter().filter(|user| user.team == team);
        users.map(|user| user.id.clone()).collect()
    }

    pub fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    pub fn channel_mut(&mut self, id: &str) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.id == id)
    }

    /// The direct conversation of two users, opened if need be.
    pub fn direct(&mut self, one: &str, other: &str) -> String {
        let both = BTreeSet::from([one.to_owned(), other.to_owned()]);
        let open = self
            .channels
            .iter()
            .find(|channel| channel.is_direct() && channel.members == both);
        match open {
            Some(channel) => channel.id.clone(),
            None => self.add_channel("dm", Kind::Direct(one.to_owned(), other.to_owned())),
        }
    }

    /// The channel as `bot` sees it: a private one without it does not exist for it.
    pub fn visible(&self, id: &str, bot: &str) -> Result<&Channel, Refusal> {
        self.channel(id)
            .filter(|channel| channel.kind == Kind::Public || channel.members.contains(bot))
            .ok_or_else(|| Refusal::new("channel_not_found"))
    }

    /// The channel if `bot` may write there now. `public_unasked` is the scope `chat:write.public`.
    pub fn writable(&self, id: &str, bot: &str, public_unasked: bool) -> Result<&Channel, Refusal> {
        let channel = self.visible(id, bot)?;
        if channel.archived {
            return Err(Refusal::new("is_archived"));
        }
        if !channel.members.contains(bot) && !public_unasked {
            return Err(Refusal::new("not_in_channel"));
        }
        Ok(channel)
    }

    /// `conversations.info`'s `channel`.
    pub fn channel_json(&self, channel: &Channel, bot: &str, with_count: bool) -> Value {
        let mut shown = match &channel.kind {
            Kind::Direct(one, other) => json!({
                "id": channel.id, "created": channel.created, "is_archived": false, "is_im": true, "is_org_shared": false,
                "context_team_id": channel.team, "user": if one == bot { other } else { one }, "is_open": true,
                "last_read": "0000000000.000000", "latest": null, "unread_count": 0, "unread_count_display": 0,
                "priority": 0, "locale": "en-US",
            }),
            _ => self.room_json(channel, bot),
        };
        if with_count {
            shown["num_members"] = json!(channel.members.len());
        }
        shown
    }

    fn room_json(&self, channel: &Channel, bot: &str) -> Value {
        let external = !channel.shared_with.is_empty();
        let mut teams = vec![channel.team.clone()];
        teams.extend(channel.shared_with.iter().cloned());
        let note = json!({ "value": "", "creator": "", "last_set": 0 });
        let mut shown = json!({
            "id": channel.id, "name": channel.name, "is_channel": channel.kind == Kind::Public,
            "is_group": channel.kind == Kind::Private, "is_im": false, "is_mpim": false,
            "is_private": channel.kind == Kind::Private, "created": channel.created, "is_archived": channel.archived,
            "is_general": false, "unlinked": 0, "name_normalized": channel.name, "is_shared": external,
            "is_frozen": false, "is_org_shared": false, "is_pending_ext_shared": false, "pending_shared": [],
            "context_team_id": channel.team, "updated": self.now, "parent_conversation": null,
            "creator": channel.members.first(), "is_ext_shared": external, "shared_team_ids": teams,
            "pending_connected_team_ids": [], "is_member": channel.members.contains(bot), "topic": note,
            "purpose": note, "properties": { "tabs": [] }, "previous_names": [],
        });
        if external {
            shown["connected_team_ids"] = json!(channel.shared_with);
            shown["conversation_host_id"] = json!(channel.team);
        }
        shown
    }
}
