//! What Discord sends the app, by whichever road, and how it went: handed over, answered, too late.
//!
//! Three seconds on Discord's clock decide. An interaction that is not answered by then is over, and the person sees that
//! the application did not respond; nothing comes again by itself.

use super::contract::judge_callback;
use super::deeds::Disorder;
use super::model::interactions::{DEADLINE_MS, Kind};
use super::sender;
use super::shared::Shared;
use super::web::Body;
use crate::sending::{End, Reply};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;

/// One interaction Discord told the app of, with every attempt at it.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its number; the first is 1.
    pub number: usize,
    /// What it is.
    pub kind: Kind,
    /// As it was sent.
    pub payload: Value,
    /// Whose act it was, by user id.
    pub user: Option<String>,
    /// Epoch milliseconds when the person acted.
    pub began: u64,
    /// The attempts: one, or two where a story wanted it twice.
    pub attempts: Vec<Attempt>,
}

/// One attempt at a delivery.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The number of the first connection it went to, where it went through the gateway.
    pub connection: Option<usize>,
    /// Epoch milliseconds when it was handed over.
    pub handed: u64,
    /// How it ended; `None` while it is under way.
    pub end: Option<End>,
    /// After how many milliseconds an answer came that was too late, or was lost by the story's wish.
    pub late: Option<u64>,
    ack_lost: bool,
}

/// All deliveries of a fake, and what is to go wrong with the next ones.
#[derive(Default)]
pub(super) struct Deliveries {
    pub list: Vec<Delivery>,
    pub disorder: VecDeque<Disorder>,
    held_back: Option<usize>,
}

impl Deliveries {
    fn attempt(&mut self, number: usize, at: usize) -> Option<&mut Attempt> {
        self.list.get_mut(number - 1)?.attempts.get_mut(at)
    }

    /// The newest one with this token.
    fn of_token(&mut self, token: &str) -> Option<&mut Delivery> {
        self.list
            .iter_mut()
            .rev()
            .find(|delivery| delivery.payload["token"] == token)
    }
}

/// Sends something to the app; returns its number.
pub(super) fn deliver(shared: &Arc<Shared>, kind: Kind, payload: Value, user: Option<&str>) -> usize {
    let began = shared.clock.now();
    let (number, disorder, held) = {
        let mut deliveries = shared.deliveries();
        let number = deliveries.list.len() + 1;
        deliveries.list.push(Delivery {
            number,
            kind,
            payload,
            user: user.map(str::to_owned),
            began,
            attempts: Vec::new(),
        });
        let disorder = deliveries.disorder.pop_front();
        let held = if disorder == Some(Disorder::AfterNext) {
            deliveries.held_back.replace(number)
        } else {
            deliveries.held_back.take()
        };
        (number, disorder, held)
    };
    let watching = shared.clone();
    shared.spawn(async move {
        watching.clock.until(began + DEADLINE_MS).await;
        is_over(&watching, number);
    });
    match disorder {
        Some(Disorder::AfterNext) => {}
        Some(Disorder::Twice) => {
            attempt(shared, number, None);
            attempt(shared, number, None);
        }
        other => attempt(shared, number, other),
    }
    if let Some(held) = held {
        attempt(shared, held, None);
    }
    number
}

fn attempt(shared: &Arc<Shared>, number: usize, disorder: Option<Disorder>) {
    let endpoint = shared.model().app.endpoint.clone();
    let (at, payload) = {
        let mut deliveries = shared.deliveries();
        let Some(delivery) = deliveries.list.get_mut(number - 1) else {
            return;
        };
        delivery.attempts.push(Attempt {
            connection: None,
            handed: shared.clock.now(),
            end: None,
            late: None,
            ack_lost: disorder == Some(Disorder::AckLost),
        });
        (delivery.attempts.len() - 1, delivery.payload.clone())
    };
    if disorder == Some(Disorder::Lost) {
        return;
    }
    if endpoint.is_some() {
        let sending = shared.clone();
        shared.spawn(async move { sender::send(&sending, number, at, &payload).await });
        return;
    }
    let reached = shared.gateway().dispatch("INTERACTION_CREATE", payload);
    if let Some(attempt) = shared.deliveries().attempt(number, at) {
        attempt.connection = reached.connection;
    }
    if !reached.any {
        failed(shared, number, at, End::Lost("no connection".to_owned()));
    }
}

/// The app answered over REST.
pub(super) fn answered(shared: &Shared, token: &str, callback: &Value) {
    let now = shared.clock.now();
    if let Some(delivery) = shared.deliveries().of_token(token) {
        let after = now - delivery.began;
        for attempt in delivery
            .attempts
            .iter_mut()
            .filter(|attempt| attempt.end.is_none())
        {
            attempt.end = Some(End::Answered {
                after,
                body: callback.clone(),
            });
        }
    }
    shared.changed();
}

/// The app answered what is over, or what it answered before.
pub(super) fn came_late(shared: &Shared, token: &str) {
    let now = shared.clock.now();
    if let Some(delivery) = shared.deliveries().of_token(token) {
        let after = now - delivery.began;
        if let Some(attempt) = delivery.attempts.last_mut() {
            attempt.late = Some(after);
        }
    }
}

/// The app answered the request itself: inline, or with 202 and the answer to come over REST.
pub(super) async fn replied(shared: &Arc<Shared>, number: usize, at: usize, reply: &Reply) {
    let complain = |what: &str| shared.complain(format!("answer to delivery {number}: {what}"));
    let (status, now) = (reply.status, shared.clock.now());
    let Some(delivery) = shared.deliveries().list.get(number - 1).cloned() else {
        return;
    };
    if delivery.attempts[at].ack_lost {
        if let Some(attempt) = shared.deliveries().attempt(number, at) {
            attempt.late = Some(now - delivery.began);
        }
        return shared.changed();
    }
    match status {
        0 => return failed(shared, number, at, End::Lost(reply.body.clone())),
        202 if reply.body.is_empty() => return shared.changed(),
        202 => complain("202 with a body: nobody reads it"),
        200 => {}
        _ => return failed(shared, number, at, End::Refused(status)),
    }
    let content_type = reply.header("content-type").unwrap_or_default();
    let body = Body::read(content_type, &reply.body.clone().into()).await;
    let callback = body.json.unwrap_or(Value::Null);
    for complaint in body.complaints.iter().chain(&judge_callback(&callback)) {
        complain(complaint);
    }
    let text = |field: &str| delivery.payload[field].as_str().unwrap_or_default().to_owned();
    let (id, token) = (text("id"), text("token"));
    let done = shared.model().answer(&id, &token, &callback, body.parts);
    match done {
        Ok(()) => answered(shared, &token, &callback),
        Err(refusal) if refusal.code == 10_062 => came_late(shared, &token),
        Err(refusal) if refusal.code == 40_060 && at > 0 => {}
        Err(refusal) => {
            complain(&refusal.body().to_string());
            failed(shared, number, at, End::Refused(status));
        }
    }
    shared.changed();
}

/// One attempt came to nothing. When none is left, the person is told at once.
pub(super) fn failed(shared: &Shared, number: usize, at: usize, end: End) {
    let none_left = {
        let mut deliveries = shared.deliveries();
        match deliveries.attempt(number, at) {
            Some(attempt) if attempt.end.is_none() => attempt.end = Some(end),
            _ => return,
        }
        deliveries
            .list
            .get(number - 1)
            .cloned()
            .filter(|delivery| delivery.attempts.iter().all(is_failed))
    };
    if let Some(delivery) = none_left {
        tell(shared, &delivery);
    }
    shared.changed();
}

fn is_failed(attempt: &Attempt) -> bool {
    !matches!(attempt.end, None | Some(End::Answered { .. }))
}

/// Three seconds went by.
fn is_over(shared: &Shared, number: usize) {
    let timed_out = {
        let mut deliveries = shared.deliveries();
        let Some(delivery) = deliveries.list.get_mut(number - 1) else {
            return;
        };
        let open = delivery
            .attempts
            .iter_mut()
            .filter(|attempt| attempt.end.is_none());
        let count = open.map(|attempt| attempt.end = Some(End::TimedOut)).count();
        let is_answered = delivery.attempts.iter().any(|attempt| !is_failed(attempt));
        (count > 0 && !is_answered).then(|| delivery.clone())
    };
    if let Some(delivery) = timed_out {
        tell(shared, &delivery);
    }
    shared.changed();
}

/// The client itself tells the person that the app did not answer; its token is good for nothing.
fn tell(shared: &Shared, delivery: &Delivery) {
    let words = match delivery.kind {
        Kind::Ping => return,
        Kind::Command => "The application did not respond",
        Kind::Component => "This interaction failed",
        Kind::Autocomplete => "Loading options failed",
        Kind::Modal => "Something went wrong. Try again.",
    };
    let mut model = shared.model();
    let token = delivery.payload["token"].as_str().unwrap_or_default();
    if let Some(interaction) = model.by_token_mut(token) {
        interaction.dead = true;
    }
    if let Some(user) = delivery.user.as_deref().and_then(|id| model.user_mut(id)) {
        user.errors.push(words.to_owned());
    }
}
