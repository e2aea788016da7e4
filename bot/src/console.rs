//! The console API from the other side: what `sluice ask` and the demo say and see, over HTTP like any script.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

/// An answer of a program on this machine that takes longer will not come.
const WITHIN: Duration = Duration::from_secs(30);

/// A running Sluice, through its console.
#[derive(Debug, Clone)]
pub struct Console {
    http: reqwest::Client,
    base: Url,
    token: SecretString,
}

/// Why the console did not do it.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// Nobody answers there.
    #[error("no Sluice answers at {0}")]
    NoBot(Url, #[source] reqwest::Error),
    /// It said no; nothing was stored.
    #[error("{message}")]
    Refused {
        /// A stable code.
        code: String,
        /// A sentence.
        message: String,
        /// What to do next.
        next: Option<String>,
    },
    /// It said something that this version does not understand.
    #[error("the answer was not understood ({0})")]
    NotUnderstood(StatusCode),
}

/// A message as the console shows it.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// The root of its thread; a root has its own.
    pub thread: String,
    /// A person's key, or `sluice`.
    pub author: String,
    /// Everything it says.
    pub text: String,
    /// Buttons: id and label.
    pub buttons: Vec<Button>,
    /// Pictures.
    pub images: Vec<Image>,
    /// The request it belongs to.
    pub request: Option<String>,
    /// Who alone sees it.
    pub only_for: Option<String>,
    /// All of it, as it came.
    pub json: Value,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Button {
    /// What is pressed.
    pub id: String,
    /// What stands on it.
    pub label: String,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Image {
    /// Path on the same host; takes the same token.
    pub url: String,
    /// What it shows, in words.
    pub alt: String,
}

/// The fixed part of a message.
#[derive(Deserialize)]
struct Known {
    id: String,
    thread: String,
    author: String,
    text: String,
    #[serde(default)]
    buttons: Vec<Button>,
    #[serde(default)]
    images: Vec<Image>,
    request: Option<String>,
    only_for: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    message: String,
}

#[derive(Deserialize)]
struct Channel {
    messages: Vec<Value>,
}

#[derive(Deserialize)]
struct Problem {
    error: Explained,
}

#[derive(Deserialize)]
struct Explained {
    code: String,
    message: String,
    next: Option<String>,
}

impl Console {
    /// The console at this address, with the token of the present run.
    ///
    /// # Errors
    /// Where the HTTP client cannot be built.
    pub fn new(base: Url, token: SecretString) -> Result<Self, reqwest::Error> {
        // An error says that the process has a provider already: that one is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(WITHIN)
            .build()?;
        Ok(Self { http, base, token })
    }

    /// Says something in a channel, or in a thread of it, and answers which message it became.
    ///
    /// # Errors
    /// [`ConsoleError`]: then nothing was stored.
    pub async fn say(
        &self,
        person: Option<&str>,
        channel: &str,
        thread: Option<&str>,
        text: &str,
    ) -> Result<String, ConsoleError> {
        let body = json!({ "as": person, "channel": channel, "thread": thread, "text": text });
        self.write("/api/say", body).await
    }

    /// Presses a button and answers which message the press became.
    ///
    /// # Errors
    /// [`ConsoleError`]: then nothing was stored.
    pub async fn press(
        &self,
        person: &str,
        message: &str,
        button: &str,
        reason: Option<&str>,
    ) -> Result<String, ConsoleError> {
        let input = reason.map(|reason| json!({ "reason": reason }));
        let body = json!({ "as": person, "message": message, "button": button, "input": input });
        self.write("/api/press", body).await
    }

    /// The newest messages of a channel, oldest first, with those that only this person sees.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn messages(&self, channel: &str, person: Option<&str>) -> Result<Vec<Message>, ConsoleError> {
        let mut url = self.url(&format!("/api/channels/{channel}"));
        if let Some(person) = person {
            url.query_pairs_mut().append_pair("as", person);
        }
        let answer = self.answer(self.http.get(url)).await?;
        let status = answer.status();
        let channel: Channel = answer
            .json()
            .await
            .map_err(|_| ConsoleError::NotUnderstood(status))?;
        let messages = channel.messages.into_iter().map(Message::read);
        messages
            .collect::<Option<_>>()
            .ok_or(ConsoleError::NotUnderstood(status))
    }

    /// A picture's bytes.
    ///
    /// # Errors
    /// [`ConsoleError`].
    pub async fn picture(&self, image: &Image) -> Result<Vec<u8>, ConsoleError> {
        let answer = self.answer(self.http.get(self.url(&image.url))).await?;
        let status = answer.status();
        let bytes = answer
            .bytes()
            .await
            .map_err(|_| ConsoleError::NotUnderstood(status))?;
        Ok(bytes.to_vec())
    }

    async fn write(&self, path: &str, mut body: Value) -> Result<String, ConsoleError> {
        if let Value::Object(fields) = &mut body {
            fields.retain(|_, value| !value.is_null());
        }
        let origin = self.base.origin().ascii_serialization();
        let request = self
            .http
            .post(self.url(path))
            .header("origin", origin)
            .json(&body);
        let answer = self.answer(request).await?;
        let status = answer.status();
        let said: Said = answer
            .json()
            .await
            .map_err(|_| ConsoleError::NotUnderstood(status))?;
        Ok(said.message)
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        url
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Response, ConsoleError> {
        let sent = request.bearer_auth(self.token.expose_secret()).send().await;
        let answer = sent.map_err(|error| ConsoleError::NoBot(self.base.clone(), error.without_url()))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        match answer.json().await {
            Ok(Problem {
                error: Explained { code, message, next },
            }) => Err(ConsoleError::Refused { code, message, next }),
            Err(_) => Err(ConsoleError::NotUnderstood(status)),
        }
    }
}

impl Message {
    fn read(json: Value) -> Option<Self> {
        let known: Known = serde_json::from_value(json.clone()).ok()?;
        let Known {
            id,
            thread,
            author,
            text,
            buttons,
            images,
            request,
            only_for,
        } = known;
        Some(Self {
            id,
            thread,
            author,
            text,
            buttons,
            images,
            request,
            only_for,
            json,
        })
    }

    /// Its first line, which names the state or the verdict.
    pub fn headline(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }

    /// The code of the refusal that it is, if it is one.
    pub fn refused(&self) -> Option<&str> {
        self.json["body"]["refused"].as_str()
    }

    /// The state of the request that it tells, if it tells one: `waiting`, `running`, `finished`, ...
    pub fn state(&self) -> Option<&str> {
        self.json["body"]["state"].as_str()
    }

    /// The button with this label, whatever follows it (`Deny...`).
    pub fn button(&self, label: &str) -> Option<&Button> {
        self.buttons.iter().find(|button| button.label.starts_with(label))
    }
}
