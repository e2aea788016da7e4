//! How this Discord misbehaves when it is called, and when it delivers.

use std::time::Duration;

/// Whose limit a 429 speaks of: `X-RateLimit-Scope`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The bot's, in one bucket.
    User,
    /// The bot's, over all routes.
    Global,
    /// Of all who use the resource; it does not count as an invalid request.
    Shared,
}

/// One way to misbehave at a call of the REST API.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// No effect; the connection closes without an answer.
    LoseRequest,
    /// The effect happens; the connection closes without an answer.
    LoseAnswer,
    /// The effect happens; half of the answer's body arrives, then the connection closes.
    CutAnswerShort,
    /// No effect; 429 that wants the caller to wait for so many seconds, fractions too.
    RateLimited(f64, Scope),
    /// No effect; 429 with a page of HTML: the address is banned for an hour after 10,000 invalid requests.
    Banned,
    /// No effect; this status with this code of an error: `(403, 50013)`.
    Refuse(u16, u64),
    /// The effect happens all the same; this status with a general error.
    FailAfterEffect(u16),
    /// No effect; this status with a page of HTML: 500, 502, 503.
    Status(u16),
    /// The effect happens; 200 with a page of HTML.
    Page,
    /// The effect happens at once, the answer comes when Discord's clock has moved on by this much.
    Slow(Duration),
}

/// One way to misbehave at a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disorder {
    /// It comes twice, at once: the same interaction, with its id and its token.
    Twice,
    /// It comes after the one that follows it.
    AfterNext,
    /// Over HTTP: the app's answer is lost on its way, and the person sees that the interaction failed.
    AckLost,
    /// It never comes; the person is told after three seconds.
    Lost,
}
