//! What was called, and how a fake misbehaves: once by script ("the next PUT loses its answer"), or call by call through
//! a hook that crash-point stories use.

use serde_json::Value;
use std::time::Duration;

/// One request that reached a fake.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Its number; the first call of a fake's life is 1.
    pub number: usize,
    /// `GET`, `PUT` ...
    pub method: String,
    /// The path as it came, without the query.
    pub path: String,
    /// The path as the vendor's description writes it, e.g. `/jobs/{jobid}/checkpoints`; `None` where no route fits.
    pub route: Option<&'static str>,
    /// The query as it came, not decoded; empty where there was none.
    pub query: String,
    /// The body where it was JSON.
    pub body: Option<Value>,
}

impl Call {
    /// Whether it asks for a change: everything but GET and HEAD.
    pub fn is_mutation(&self) -> bool {
        self.method != "GET" && self.method != "HEAD"
    }
}

/// What a hook makes of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// Answer as ever.
    Proceed,
    /// The request is lost on its way: no effect, the connection closes.
    LoseRequest,
    /// The effect happens, the answer is lost: the connection closes.
    LoseAnswer,
    /// Nothing happens and nothing is answered while the caller lives: stop the caller now, then let go of the call.
    /// A caller stopped here was stopped before its request had any effect.
    HoldBeforeEffect,
    /// The effect happens and nothing is answered while the caller lives. A caller stopped here was stopped after the
    /// effect and before it knew.
    HoldAfterEffect,
    /// The request arrives twice, as from something in between that repeats it; the answer to the second one is given.
    Twice,
}

/// One way to misbehave.
#[derive(Clone, Debug, PartialEq)]
pub enum Misbehaviour {
    /// No effect; the connection closes without an answer.
    LoseRequest,
    /// The effect happens; the connection closes without an answer.
    LoseAnswer,
    /// The effect happens; half of the answer's body arrives, then the connection closes.
    CutAnswerShort,
    /// No effect; 500 as Flink says it, the cause hidden in `errors[1]`. Holds the exception's class and message.
    InternalError(String),
    /// No effect; 503, as from a JobManager that is starting.
    Unavailable,
    /// The effect happens at once, the answer comes when the story's clock has moved on by this much.
    Slow(Duration),
    /// The effect happens; 200 with a body that is no JSON (a proxy's page).
    Garbled,
}

/// Which calls a [`Misbehaviour`] meets.
#[derive(Clone, Debug)]
pub struct Aim {
    method: Option<&'static str>,
    route: Option<String>,
}

impl Aim {
    /// Every call.
    pub fn all() -> Self {
        Self {
            method: None,
            route: None,
        }
    }

    /// The calls of one method to one route, written as in the vendor's description.
    pub fn at(method: &'static str, route: impl Into<String>) -> Self {
        Self {
            method: Some(method),
            route: Some(route.into()),
        }
    }

    /// The calls to one route, whatever their method.
    pub fn to(route: impl Into<String>) -> Self {
        Self {
            method: None,
            route: Some(route.into()),
        }
    }

    fn meets(&self, call: &Call) -> bool {
        self.method.is_none_or(|method| method == call.method)
            && self
                .route
                .as_deref()
                .is_none_or(|route| call.route == Some(route))
    }
}

/// What a fake has been told to do to the calls to come. `D` is what it can do wrong.
pub struct Script<D = Misbehaviour> {
    lines: Vec<Cue<D>>,
    hook: Option<Box<Hook>>,
}

impl<D> Default for Script<D> {
    fn default() -> Self {
        Self {
            lines: Vec::new(),
            hook: None,
        }
    }
}

type Hook = dyn FnMut(usize, &Call) -> Interrupt + Send;

struct Cue<D> {
    aim: Aim,
    left: usize,
    deed: D,
}

/// What happens to one call, decided before anything else does.
#[derive(Debug, PartialEq)]
pub(crate) enum Fate<D = Misbehaviour> {
    Hooked(Interrupt),
    Scripted(D),
}

impl<D: Clone> Script<D> {
    /// The next `times` calls that `aim` meets misbehave so. Cues are tried in the order they were given.
    pub fn add(&mut self, aim: Aim, times: usize, deed: D) {
        self.lines.push(Cue {
            aim,
            left: times,
            deed,
        });
    }

    /// Asks `hook` about every call from now on.
    pub fn hook(&mut self, hook: impl FnMut(usize, &Call) -> Interrupt + Send + 'static) {
        self.hook = Some(Box::new(hook));
    }

    /// Behaves well from now on.
    pub fn clear(&mut self) {
        self.lines.clear();
        self.hook = None;
    }

    pub(crate) fn fate(&mut self, call: &Call) -> Fate<D> {
        let interrupt = self
            .hook
            .as_mut()
            .map_or(Interrupt::Proceed, |hook| hook(call.number, call));
        if interrupt != Interrupt::Proceed {
            return Fate::Hooked(interrupt);
        }
        let Some(at) = self.lines.iter().position(|cue| cue.aim.meets(call)) else {
            return Fate::Hooked(Interrupt::Proceed);
        };
        let cue = &mut self.lines[at];
        cue.left -= 1;
        let deed = cue.deed.clone();
        self.lines.retain(|cue| cue.left > 0);
        Fate::Scripted(deed)
    }
}
