//! Addresses that Slack gives us along: for answers, and for the bytes of a picture.
//!
//! They are used for Slack's own hosts only, and never with the bot's token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use approvals::ports::Fault;
use url::{Origin, Url};

use crate::http::{Client, Config, Effect, Limits, Reach, Request, fault_of_status, rejected};

/// Where files are uploaded to.
const FILES: &str = "files.slack.com";
/// Where answers go to.
const HOOKS: &str = "hooks.slack.com";

/// Posts to addresses that Slack gave.
#[derive(Debug)]
pub struct Elsewhere {
    api: Url,
    reach: Reach,
    limits: Limits,
    clients: Mutex<HashMap<Origin, Arc<Client>>>,
}

impl Elsewhere {
    /// Beside the API at `api`.
    pub fn new(api: Url, reach: Reach, limits: Limits) -> Self {
        Self {
            api,
            reach,
            limits,
            clients: Mutex::default(),
        }
    }

    /// Posts bytes to an address.
    ///
    /// # Errors
    /// A [`Fault`], also where the address is not Slack's.
    pub async fn post(&self, to: &Url, bytes: Vec<u8>, media_type: &'static str) -> Result<(), Fault> {
        if !self.is_slacks(to) {
            return Err(rejected(
                "ADDRESS_REFUSED",
                "not an address of Slack".to_owned(),
                "not Slack's",
            ));
        }
        let answer = self
            .client(to)?
            .exchange(&Request::post_to(to, bytes, media_type))
            .await?;
        match answer.status {
            200..=299 => Ok(()),
            _ => Err(fault_of_status(
                &answer,
                Effect::Change,
                &String::from_utf8_lossy(&answer.body),
            )),
        }
    }

    fn is_slacks(&self, to: &Url) -> bool {
        let named =
            matches!(to.host_str(), Some(FILES | HOOKS)) && to.scheme() == "https" && to.port().is_none();
        named || to.origin() == self.api.origin()
    }

    fn client(&self, to: &Url) -> Result<Arc<Client>, Fault> {
        let broken = |source: &'static str| rejected("NO_CLIENT", source.to_owned(), source);
        let mut clients = self
            .clients
            .lock()
            .map_err(|_| broken("a bug left the clients locked"))?;
        if let Some(client) = clients.get(&to.origin()) {
            return Ok(client.clone());
        }
        let mut base = to.clone();
        base.set_path("/");
        base.set_query(None);
        let config = Config {
            base,
            reach: self.reach,
            limits: self.limits.clone(),
        };
        let client = Client::new(config).map_err(|error| rejected("NO_CLIENT", error.to_string(), error))?;
        let client = Arc::new(client);
        clients.insert(to.origin(), client.clone());
        Ok(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_posted_to_an_address_that_is_not_slacks() {
        let api = Url::parse("http://127.0.0.1:9/api").unwrap();
        let elsewhere = Elsewhere::new(api, Reach::Loopback, Limits::default());
        for to in [
            "http://127.0.0.1:10/upload",
            "http://files.slack.com/upload",
            "https://files.slack.com:444/upload",
            "https://files.slack.com.evil.org/upload",
        ] {
            let refused = elsewhere
                .post(&Url::parse(to).unwrap(), Vec::new(), "text/plain")
                .await;
            assert!(
                matches!(
                    refused,
                    Err(Fault::Rejected {
                        code: "ADDRESS_REFUSED",
                        ..
                    })
                ),
                "{to}"
            );
        }
    }
}
