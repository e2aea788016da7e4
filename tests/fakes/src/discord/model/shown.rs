//! What Discord knows, as the wire shows it.

use super::Model;
use super::channels::{Channel, Kind};
use super::guilds::{Guild, Member, Role, User};
use super::messages::{EPHEMERAL, Message};
use crate::discord::times::iso;
use serde_json::{Value, json};

impl User {
    pub fn shown(&self) -> Value {
        let mut user = json!({
            "id": self.id, "username": self.name, "avatar": null, "discriminator": "0", "public_flags": 0, "flags": 0,
            "banner": null, "accent_color": null, "global_name": self.global_name, "avatar_decoration_data": null,
            "collectibles": null, "primary_guild": null,
        });
        if self.traits.bot {
            user["bot"] = json!(true);
        }
        if self.traits.system {
            user["system"] = json!(true);
        }
        user
    }

    /// The same as interactions have it: with fields that the description does not know.
    pub fn shown_in_payload(&self) -> Value {
        let mut user = self.shown();
        for field in ["flags", "banner", "accent_color"] {
            user.as_object_mut().map(|fields| fields.remove(field));
        }
        user["clan"] = Value::Null;
        user["display_name_styles"] = Value::Null;
        user
    }
}

impl Role {
    fn shown(&self, position: usize) -> Value {
        let mut role = json!({
            "id": self.id, "name": self.name, "permissions": self.permissions.to_string(), "position": position,
            "color": 0, "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
            "hoist": false, "managed": self.managed, "mentionable": self.mentionable, "icon": null,
            "unicode_emoji": null, "flags": 0,
        });
        if self.managed {
            role["tags"] = json!({});
        }
        role
    }
}

impl Member {
    fn shown(&self, user: Value) -> Value {
        json!({
            "avatar": null, "banner": null, "communication_disabled_until": self.timed_out_until.map(iso), "flags": 0,
            "joined_at": iso(self.joined), "nick": self.nick, "pending": self.pending, "premium_since": null,
            "roles": self.roles, "user": user, "mute": false, "deaf": false,
        })
    }
}

impl Guild {
    pub fn shown_roles(&self) -> Value {
        let roles = self.roles.iter().enumerate();
        roles.map(|(position, role)| role.shown(position)).collect()
    }

    pub fn shown(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "icon": null, "description": null, "home_header": null, "splash": null,
            "discovery_splash": null, "features": [], "banner": null, "owner_id": self.owner, "application_id": null,
            "region": "us-east", "afk_channel_id": null, "afk_timeout": 300, "system_channel_id": null,
            "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": null, "verification_level": 0,
            "roles": self.shown_roles(), "default_message_notifications": 0, "mfa_level": 0,
            "explicit_content_filter": 0, "max_presences": null, "max_members": 500_000,
            "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": null,
            "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": self.locale,
            "rules_channel_id": null, "safety_alerts_channel_id": null, "public_updates_channel_id": null,
            "premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0, "emojis": [], "stickers": [],
            "incidents_data": null,
        })
    }
}

impl Model {
    pub fn shown_member(&self, member: &Member) -> Value {
        member.shown(self.user(&member.user).map(User::shown).unwrap_or_default())
    }

    /// A member as an interaction has it, with what they may do in the channel.
    pub fn member_in_payload(&self, member: &Member, user: &User, channel: &Channel) -> Value {
        let mut shown = member.shown(user.shown_in_payload());
        shown["permissions"] = json!(self.permissions(&user.id, channel).to_string());
        for field in ["unusual_dm_activity_until", "collectibles", "display_name_styles"] {
            shown[field] = Value::Null;
        }
        shown
    }

    pub fn shown_channel(&self, channel: &Channel) -> Value {
        let newest = channel.messages.last().map(|message| &message.id);
        let mut shown =
            json!({ "id": channel.id, "type": channel.kind as u8, "last_message_id": newest, "flags": 0 });
        let fields = match (&channel.thread, channel.kind) {
            (Some(thread), _) => {
                let count = channel
                    .messages
                    .iter()
                    .filter(|message| message.only_for.is_none())
                    .count();
                let mut state = json!({
                    "archived": thread.archived, "archive_timestamp": iso(thread.changed),
                    "auto_archive_duration": thread.auto_archive, "locked": thread.locked,
                    "create_timestamp": iso(thread.created),
                });
                if channel.kind == Kind::PrivateThread {
                    state["invitable"] = json!(true);
                }
                json!({
                    "guild_id": channel.guild, "name": channel.name, "parent_id": channel.parent,
                    "rate_limit_per_user": 0, "owner_id": thread.owner, "thread_metadata": state,
                    "message_count": count, "member_count": channel.members.len(), "total_message_sent": count,
                })
            }
            (None, Kind::Direct) => {
                let others = channel.members.iter().filter(|id| **id != self.app.id);
                let others: Vec<Value> = others.filter_map(|id| Some(self.user(id)?.shown())).collect();
                json!({ "recipients": others })
            }
            _ => {
                let overwrites = channel.overwrites.iter().map(|overwrite| {
                    let kind = u8::from(self.user(&overwrite.id).is_some());
                    json!({ "id": overwrite.id, "type": kind, "allow": overwrite.allow.to_string(),
                        "deny": overwrite.deny.to_string() })
                });
                json!({
                    "guild_id": channel.guild, "name": channel.name, "parent_id": null, "rate_limit_per_user": 0,
                    "topic": null, "position": 0, "nsfw": false,
                    "permission_overwrites": overwrites.collect::<Vec<_>>(),
                })
            }
        };
        merge(&mut shown, fields);
        shown
    }

    pub fn shown_message(&self, message: &Message) -> Value {
        let author = self.user(&message.author).map(User::shown).unwrap_or_default();
        let mentioned = message.mentions.iter().filter_map(|id| self.user(id));
        let roles = message
            .mentions
            .iter()
            .filter(|id| self.user(id).is_none() && *id != "everyone");
        let mut shown = json!({
            "type": if message.interaction.is_some() { 20 } else { 0 }, "content": message.content,
            "mentions": mentioned.map(User::shown).collect::<Vec<_>>(), "mention_roles": roles.collect::<Vec<_>>(),
            "mention_everyone": message.mentions.iter().any(|id| id == "everyone"),
            "attachments": self.shown_files(message), "embeds": message.embeds, "timestamp": iso(message.posted),
            "edited_timestamp": message.edited.map(iso), "flags": message.flags, "components": message.components,
            "id": message.id, "channel_id": message.channel, "author": author, "pinned": false, "tts": false,
        });
        if message.interaction.is_some() {
            shown["webhook_id"] = json!(self.app.id);
            shown["application_id"] = json!(self.app.id);
            let metadata = message
                .interaction
                .as_deref()
                .and_then(|id| self.interaction_metadata(id));
            merge(
                &mut shown,
                metadata.map_or(json!({}), |metadata| json!({ "interaction_metadata": metadata })),
            );
        }
        if let Some(nonce) = &message.nonce {
            shown["nonce"] = nonce.clone();
        }
        if let Some(thread) = self.channel(&message.id) {
            shown["thread"] = self.shown_channel(thread);
        }
        shown
    }

    /// Files whose picture an embed shows do not stand among the attachments.
    fn shown_files(&self, message: &Message) -> Vec<Value> {
        let files = message.files.iter().filter_map(|id| self.file(id));
        let embeds = Value::Array(message.embeds.clone()).to_string();
        let apart = files.filter(|file| !embeds.contains(&file.id));
        apart
            .map(|file| {
                let mut shown = json!({
                    "id": file.id, "filename": file.name, "size": file.bytes.len(), "url": self.address_of(file),
                    "proxy_url": self.address_of(file), "content_type": file.content_type,
                });
                if let Some(description) = &file.description {
                    shown["description"] = json!(description);
                }
                if let Some((width, height)) = file.size() {
                    merge(&mut shown, json!({ "width": width, "height": height }));
                }
                if message.flags & EPHEMERAL != 0 {
                    shown["ephemeral"] = json!(true);
                }
                shown
            })
            .collect()
    }

    pub fn shown_application(&self) -> Value {
        let owner = self.guilds.first().and_then(|guild| self.user(&guild.owner));
        json!({
            "id": self.app.id, "name": self.app.name, "icon": null, "description": "Changes to Flink, asked and approved",
            "type": null, "bot": self.user(&self.app.id).map(User::shown), "verify_key": self.app.key.public(),
            "flags": 0, "flags_new": "0", "redirect_uris": [], "interactions_endpoint_url": self.app.endpoint,
            "role_connections_verification_url": null, "owner": owner.map(User::shown),
            "approximate_guild_count": self.guilds.len(), "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "team": null,
            "eligible_oauth2_scopes": [], "bot_public": false, "bot_require_code_grant": false,
        })
    }
}

/// Adds fields to an object.
pub(in crate::discord) fn merge(into: &mut Value, fields: Value) {
    if let (Some(into), Value::Object(fields)) = (into.as_object_mut(), fields) {
        into.extend(fields);
    }
}
