//! What was filled in: the values of a form, in order, and those of its modifiers.

use crate::ask::{Amount, Change, ChangeVerb, Named, Target};
use crate::catalog::Modifier;
use crate::names::{Environment, Incident, RequestId};

/// One value that was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Value {
    Verb(String),
    Target(Target),
    Environment(Environment),
    Request(RequestId),
    Amount(Amount),
    Incident(Incident),
    Reason(String),
}

/// The values of one command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// The form's arguments, in order; those left out are missing.
    pub arguments: Vec<Value>,
    /// The modifiers that were said, in order, with their values.
    pub modifiers: Vec<(Modifier, Option<Value>)>,
}

impl Filled {
    /// With these arguments and nothing else.
    pub fn with(arguments: impl IntoIterator<Item = Value>) -> Self {
        Self {
            arguments: arguments.into_iter().collect(),
            modifiers: Vec::new(),
        }
    }

    /// A modifier more, where there is a value for it.
    #[must_use]
    pub fn and(mut self, modifier: Modifier, value: Option<Value>) -> Self {
        if let Some(value) = value {
            self.modifiers.push((modifier, Some(value)));
        }
        self
    }

    /// A modifier without a value, where it was said.
    #[must_use]
    pub fn and_if(mut self, modifier: Modifier, said: bool) -> Self {
        if said {
            self.modifiers.push((modifier, None));
        }
        self
    }

    fn argument<T: Clone>(&self, read: fn(&Value) -> Option<&T>) -> Option<T> {
        self.arguments.iter().find_map(read).cloned()
    }

    fn said(&self, modifier: Modifier) -> bool {
        self.modifiers.iter().any(|(said, _)| *said == modifier)
    }

    fn modifier(&self, modifier: Modifier) -> Option<&Value> {
        self.modifiers
            .iter()
            .find(|(said, _)| *said == modifier)?
            .1
            .as_ref()
    }

    /// The verb among the arguments.
    pub fn verb(&self) -> Option<String> {
        self.argument(|value| {
            if let Value::Verb(verb) = value {
                Some(verb)
            } else {
                None
            }
        })
    }

    /// The job or cluster among the arguments.
    pub fn target(&self) -> Option<Target> {
        self.argument(|value| {
            if let Value::Target(target) = value {
                Some(target)
            } else {
                None
            }
        })
    }

    /// The environment among the arguments.
    pub fn environment(&self) -> Option<Environment> {
        self.argument(|value| {
            if let Value::Environment(name) = value {
                Some(name)
            } else {
                None
            }
        })
    }

    /// The request among the arguments.
    pub fn request(&self) -> Option<RequestId> {
        self.argument(|value| {
            if let Value::Request(request) = value {
                Some(request)
            } else {
                None
            }
        })
    }

    /// The amount among the arguments.
    pub fn amount(&self) -> Option<Amount> {
        self.argument(|value| {
            if let Value::Amount(amount) = value {
                Some(amount)
            } else {
                None
            }
        })
    }

    /// `because`
    pub fn reason(&self) -> Option<String> {
        match self.modifier(Modifier::Because) {
            Some(Value::Reason(reason)) => Some(reason.clone()),
            _ => None,
        }
    }

    /// `in`
    pub fn place(&self) -> Option<Environment> {
        match self.modifier(Modifier::In) {
            Some(Value::Environment(environment)) => Some(environment.clone()),
            _ => None,
        }
    }

    /// The job or the environment among the arguments, and the environment after `in`.
    pub fn named(&self) -> Option<Named> {
        Some(Named {
            target: self.target()?,
            environment: self.place(),
        })
    }

    /// The way back: what a look is at.
    pub fn of_named(named: &Named) -> Self {
        Self::with([Value::Target(named.target.clone())])
            .and(Modifier::In, named.environment.clone().map(Value::Environment))
    }

    /// The change with this verb and the modifiers that were said.
    pub fn change(&self, verb: ChangeVerb) -> Change {
        let incident = match self.modifier(Modifier::Incident) {
            Some(Value::Incident(incident)) => Some(incident.clone()),
            _ => None,
        };
        Change {
            verb,
            environment: self.place(),
            because: self.reason(),
            incident,
            dry_run: self.said(Modifier::DryRun),
            no_wait: self.said(Modifier::NoWait),
        }
    }

    /// The way back: these arguments and the modifiers of a change.
    pub fn of_change(arguments: impl IntoIterator<Item = Value>, change: &Change) -> Self {
        Self::with(arguments)
            .and(Modifier::In, change.environment.clone().map(Value::Environment))
            .and(Modifier::Because, change.because.clone().map(Value::Reason))
            .and(Modifier::Incident, change.incident.clone().map(Value::Incident))
            .and_if(Modifier::DryRun, change.dry_run)
            .and_if(Modifier::NoWait, change.no_wait)
    }
}
