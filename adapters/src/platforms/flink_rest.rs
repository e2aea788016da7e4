//! Flink's REST API: looking at a cluster in one bounded pass, and the two changes it takes from us, a checkpoint and
//! new bounds (<https://nightlies.apache.org/flink/flink-docs-release-2.3/docs/ops/rest_api/>).
//!
//! What an answer means is settled here and in [`complaint`]; what an answer holds, in [`wire`]. A 200 or 202 nowhere
//! means *done*: it means accepted, and [`look`] sees the rest.

pub mod complaint;
pub(crate) mod decode;
pub mod encode;
pub(crate) mod look;
mod places;
mod settings;
#[cfg(test)]
pub(crate) mod tests;
pub mod wire;

use approvals::ports::Fault;
use serde::de::DeserializeOwned;

use crate::http::{Answer, Client, Request};

/// One JobManager's REST API.
#[derive(Debug)]
pub struct FlinkRest {
    http: Client,
}

impl FlinkRest {
    /// Flink behind this client.
    pub fn new(http: Client) -> Self {
        Self { http }
    }

    /// Reads one JSON document.
    ///
    /// # Errors
    /// When there is no answer, Flink refuses, or what it says is not such a document.
    pub async fn read<T: DeserializeOwned>(&self, request: &Request) -> Result<T, Fault> {
        let answer = self.exchange(request).await?;
        serde_json::from_slice(&answer.body).map_err(|error| Fault::Transient {
            retry_after: None,
            source: error.into(),
        })
    }

    /// Sends one change; `Ok` means that Flink accepted it.
    ///
    /// # Errors
    /// When it is not sent, not accepted, or its answer is lost or not Flink's (then perhaps it was accepted).
    pub async fn change(&self, request: &Request) -> Result<(), Fault> {
        let answer = self.exchange(request).await?;
        // Flink answers `{}` or a request id. Anything but an object is some page between us and it.
        serde_json::from_slice::<serde_json::Map<_, _>>(&answer.body)
            .map(|_| ())
            .map_err(|error| Fault::Unknown { source: error.into() })
    }

    async fn exchange(&self, request: &Request) -> Result<Answer, Fault> {
        let answer = self.http.exchange(request).await?;
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        Err(complaint::fault(&answer, request.effect()))
    }
}

/// The answer, or `None` where Flink says that the object does not exist (any more).
fn if_there<T>(answer: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(Fault::Rejected {
            code: "NOT_FOUND" | complaint::NO_SUCH_JOB,
            ..
        }) => Ok(None),
        Err(fault) => Err(fault),
    }
}
