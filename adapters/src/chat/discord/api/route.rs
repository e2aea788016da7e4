//! The routes that are called, each with the bucket that it takes.

use serde::Serialize;
use serde_json::{Value, json};

use crate::http::Request;

/// Whose calls count together: a route, and the channel, server or token that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// The route, with places for its ids.
    pub route: &'static str,
    /// Its channel, server or token; empty where it has none.
    pub of: String,
}

/// One call.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is sent.
    pub request: Request,
    /// What it takes; `None`: Discord does not count it.
    pub bucket: Option<Bucket>,
}

/// A picture that goes with a message.
#[derive(Debug, Clone)]
pub struct Png {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it shows, in words.
    pub description: String,
}

/// What stands between the parts of a message with a picture.
const BETWEEN: &str = "sluice-7f2c91d04b6e8a35";
const MULTIPART: &str = "multipart/form-data; boundary=sluice-7f2c91d04b6e8a35";
const FILE: &str = "chart.png";

impl Call {
    fn counted(route: &'static str, of: &str, request: Request) -> Self {
        let bucket = Bucket {
            route,
            of: of.to_owned(),
        };
        Self {
            request,
            bucket: Some(bucket),
        }
    }

    /// Answers an interaction for the first time. It is outside all limits.
    /// <https://discord.com/developers/docs/interactions/receiving-and-responding#create-interaction-response>
    pub fn answer(id: &str, token: &str, answer: &impl Serialize) -> Self {
        Self {
            request: Request::post(["interactions", id, token, "callback"], answer),
            bucket: None,
        }
    }

    /// Puts an answer where the person was shown that we think about it.
    pub fn awaited_answer(application: &str, token: &str, message: &Value) -> Self {
        let path = ["webhooks", application, token, "messages", "@original"];
        Self::counted("/webhooks/{}/{}", token, Request::patch(path, message))
    }

    /// Answers an interaction once more.
    pub fn further_answer(application: &str, token: &str, message: &Value) -> Self {
        let request = Request::post(["webhooks", application, token], message).with("wait", "true");
        Self::counted("/webhooks/{}/{}", token, request)
    }

    /// Posts a message, with a picture if there is one.
    /// <https://discord.com/developers/docs/resources/message#create-message>
    pub fn post(channel: &str, message: &Value, picture: Option<&Png>) -> Self {
        let path = ["channels", channel, "messages"];
        let request = match picture {
            None => Request::post(path, message),
            Some(picture) => Request::post_bytes(path, multipart(message, picture), MULTIPART),
        };
        Self::counted("POST /channels/{}/messages", channel, request)
    }

    /// Changes a message.
    pub fn edit(channel: &str, id: &str, message: &Value) -> Self {
        let request = Request::patch(["channels", channel, "messages", id], message);
        Self::counted("PATCH /channels/{}/messages/{}", channel, request)
    }

    /// Opens a thread under a message; the thread gets the message's id.
    /// <https://discord.com/developers/docs/resources/channel#start-thread-from-message>
    pub fn open_thread(channel: &str, id: &str, thread: &impl Serialize) -> Self {
        let request = Request::post(["channels", channel, "messages", id, "threads"], thread);
        Self::counted("POST /channels/{}/messages/{}/threads", channel, request)
    }

    /// Takes a thread out of the archive.
    pub fn reopen_thread(thread: &str) -> Self {
        let request = Request::patch(["channels", thread], &json!({ "archived": false }));
        Self::counted("PATCH /channels/{}", thread, request)
    }

    /// Opens a direct message.
    pub fn direct(user: &str) -> Self {
        let request = Request::post(["users", "@me", "channels"], &json!({ "recipient_id": user }));
        Self::counted("POST /users/@me/channels", "", request)
    }

    /// A channel.
    pub fn channel(id: &str) -> Self {
        Self::counted("GET /channels/{}", id, Request::get(["channels", id]))
    }

    /// A member of a server.
    pub fn member(guild: &str, user: &str) -> Self {
        let request = Request::get(["guilds", guild, "members", user]);
        Self::counted("GET /guilds/{}/members/{}", guild, request)
    }

    /// A server.
    pub fn guild(id: &str) -> Self {
        Self::counted("GET /guilds/{}", id, Request::get(["guilds", id]))
    }

    /// The roles of a server.
    pub fn roles(guild: &str) -> Self {
        Self::counted(
            "GET /guilds/{}/roles",
            guild,
            Request::get(["guilds", guild, "roles"]),
        )
    }

    /// The application that the token is of.
    pub fn us() -> Self {
        Self::counted("GET /applications/@me", "", Request::get(["applications", "@me"]))
    }

    /// The commands that are registered in a server.
    pub fn commands(application: &str, guild: &str) -> Self {
        let request = Request::get(["applications", application, "guilds", guild, "commands"]);
        let request = request.with("with_localizations", "true");
        Self::counted("GET /applications/{}/guilds/{}/commands", guild, request)
    }

    /// Registers all commands of a server anew.
    pub fn register(application: &str, guild: &str, commands: &[Value]) -> Self {
        let path = ["applications", application, "guilds", guild, "commands"];
        Self::counted(
            "PUT /applications/{}/guilds/{}/commands",
            guild,
            Request::put(path, &commands),
        )
    }

    /// Where the gateway is.
    pub fn gateway() -> Self {
        Self::counted("GET /gateway/bot", "", Request::get(["gateway", "bot"]))
    }
}

/// As bytes, because a request is a value that can be sent once more. <https://discord.com/developers/docs/reference#uploading-files>
fn multipart(message: &Value, picture: &Png) -> Vec<u8> {
    let mut message = message.clone();
    message["attachments"] = json!([{ "id": 0, "filename": FILE, "description": picture.description }]);
    let mut body = format!(
        "--{BETWEEN}\r\nContent-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: application/json\r\n\r\n{message}\r\n\
         --{BETWEEN}\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"{FILE}\"\r\nContent-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(&picture.bytes);
    body.extend_from_slice(format!("\r\n--{BETWEEN}--\r\n").as_bytes());
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_goes_with_its_description_and_its_bytes_as_they_are() {
        let picture = Png {
            bytes: vec![0x89, b'P', b'\r', b'\n', 0],
            description: "rises".to_owned(),
        };
        let call = Call::post("7", &json!({ "content": "x" }), Some(&picture));
        let body = call.request.body.unwrap();
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains(r#""description":"rises""#) && text.contains("name=\"files[0]\""));
        assert!(body.windows(5).any(|window| window == picture.bytes));
        assert!(call.request.media_type.ends_with(BETWEEN));
    }

    #[test]
    fn the_first_answer_is_outside_all_limits_and_what_follows_is_not() {
        assert_eq!(Call::answer("1", "t", &json!({})).bucket, None);
        let (first, second) = (
            Call::further_answer("1", "t", &json!({})),
            Call::awaited_answer("1", "t", &json!({})),
        );
        assert_eq!(first.bucket, second.bucket);
    }
}
