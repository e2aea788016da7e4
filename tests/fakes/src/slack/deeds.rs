//! How this Slack misbehaves when it is called, and when it delivers.

use std::time::Duration;

/// One way to misbehave at a call of the Web API, an upload or a `response_url`.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// No effect; the connection closes without an answer.
    LoseRequest,
    /// The effect happens; the connection closes without an answer.
    LoseAnswer,
    /// The effect happens; half of the answer's body arrives, then the connection closes.
    CutAnswerShort,
    /// No effect; 429 with `Retry-After` of this many seconds.
    RateLimited(u64),
    /// No effect; 200 with `{"ok": false, "error": ...}`. Name a documented error of the method.
    Refuse(&'static str),
    /// The effect happens all the same; 200 with `{"ok": false, "error": ...}`: `fatal_error`, `internal_error`.
    FailAfterEffect(&'static str),
    /// No effect; this status with a page of HTML: 500, 502, 503.
    Status(u16),
    /// The effect happens; 200 with a page of HTML.
    Page,
    /// The effect happens at once, the answer comes when Slack's clock has moved on by this much.
    Slow(Duration),
}

/// One way to misbehave at a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disorder {
    /// It comes twice, at once: the same payload in two envelopes or requests.
    Twice,
    /// It comes after the one that follows it.
    AfterNext,
    /// The app's acknowledgement is lost on its way: Slack tells the person that it timed out, and repeats an event.
    AckLost,
    /// It never comes; the person is told after three seconds.
    Lost,
}
