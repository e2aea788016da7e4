//! The number of a request.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Misnamed;

/// The number of a request; people see and type `R-18`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(u64);

impl RequestId {
    /// No request: what Sluice itself puts on record.
    pub const SLUICE: Self = Self(0);

    /// The request with this number, counted from 1.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub fn number(self) -> u64 {
        self.0
    }

    /// Reads `R-18`, `r-18` or `#R-18`.
    pub fn parse(text: &str) -> Result<Self, Misnamed> {
        let wrong = Misnamed {
            what: "request",
            must: "R- and a number, such as R-18",
        };
        let text = text.strip_prefix('#').unwrap_or(text);
        let digits = text
            .strip_prefix("R-")
            .or_else(|| text.strip_prefix("r-"))
            .ok_or_else(|| wrong.clone())?;
        match digits.parse() {
            Ok(number) if number > 0 && digits.bytes().all(|b| b.is_ascii_digit()) => Ok(Self(number)),
            _ => Err(wrong),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "R-{}", self.0)
    }
}

impl TryFrom<String> for RequestId {
    type Error = Misnamed;
    fn try_from(text: String) -> Result<Self, Misnamed> {
        Self::parse(&text)
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> String {
        id.to_string()
    }
}
