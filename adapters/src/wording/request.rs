//! The request's card: what is asked, what would be sent, what it costs, who may say yes.

use approvals::notice::{RequestView, StateView};
use commands::ask::{Ask, ChangeVerb};
use commands::names::RequestId;
use commands::plan::{Aim, Plan};
use commands::verdict::Verdict;
use rust_i18n::t;

use super::{Voice, visible};
use crate::chat::card::{Card, Part, Tone, mark};

impl Voice<'_> {
    pub(super) fn request_card(&self, view: &RequestView) -> Card {
        Card::new(tone(&view.state), self.request_headline(view))
            .parts(self.demo(view))
            .parts(self.why(view))
            .parts(view.plan.iter().flat_map(|plan| self.plan(plan)))
            .parts(self.undoes(view))
            .parts(self.votes_of(view))
            .with_buttons(self.buttons_until_over(view))
    }

    /// `#R-18 waiting: ana asks: scale orders to parallelism 4 (now 1) on shop`
    pub(super) fn request_headline(&self, view: &RequestView) -> String {
        t!(
            "request.headline",
            locale = self.locale(),
            id = self.hash(view.id),
            state = self.state_word(&view.state),
            who = mark::person(&view.asked_by),
            aim = self.aim_of(view)
        )
        .into_owned()
    }

    /// What it is about, from the plan; without one, as it was typed.
    pub(super) fn aim_of(&self, view: &RequestView) -> String {
        match &view.plan {
            Some(plan) => self.aim(plan),
            None => self.quote(&view.command),
        }
    }

    /// `scale orders to parallelism 4 (now 1) on shop`
    pub(super) fn aim(&self, plan: &Plan) -> String {
        let environment = &plan.target.environment;
        let locale = self.locale();
        match (&plan.aim, &plan.target.job) {
            (Aim::Parallelism { from, to }, Some(job)) => t!(
                "aim.parallelism",
                locale = locale,
                job = self.name(job.name.as_str()),
                to = to,
                from = from,
                environment = environment
            ),
            (Aim::Parallelism { from, to } | Aim::TaskManagers { from, to }, _) => t!(
                "aim.task_managers",
                locale = locale,
                to = to,
                from = from,
                environment = environment
            ),
        }
        .into_owned()
    }

    /// The state in one word, or the verdict.
    pub(super) fn state_word(&self, state: &StateView) -> String {
        let locale = self.locale();
        match state {
            StateView::Waiting => t!("state.waiting", locale = locale),
            StateView::Approved => t!("state.approved", locale = locale),
            StateView::Queued { .. } => t!("state.queued", locale = locale),
            StateView::Running { .. } | StateView::GoesOn { .. } => t!("state.running", locale = locale),
            StateView::Stopping { .. } => t!("state.stopping", locale = locale),
            StateView::Settling { .. } => t!("state.settling", locale = locale),
            StateView::OutcomeUnknown { .. } => t!("state.outcome_unknown", locale = locale),
            StateView::Finished(finished) => match finished.judgement.verdict {
                Verdict::Better => t!("state.better", locale = locale),
                Verdict::Same => t!("state.same", locale = locale),
                Verdict::Worse => t!("state.worse", locale = locale),
                Verdict::Inconclusive => t!("state.inconclusive", locale = locale),
            },
            StateView::Refused { .. } => t!("state.refused", locale = locale),
            StateView::Denied { .. } => t!("state.denied", locale = locale),
            StateView::Withdrawn { .. } => t!("state.withdrawn", locale = locale),
            StateView::Expired => t!("state.expired", locale = locale),
            StateView::Drifted { .. } => t!("state.drifted", locale = locale),
            StateView::Failed { .. } => t!("state.failed", locale = locale),
            StateView::RolledBack { .. } => t!("state.rolled_back", locale = locale),
        }
        .into_owned()
    }

    /// The same word where only its English form is at hand, as in lists.
    pub(super) fn word_of_state(&self, word: &str) -> String {
        let key = format!("state.{}", word.replace(' ', "_"));
        let said = t!(key.as_str(), locale = self.locale());
        if *said == *key {
            visible(word)
        } else {
            said.into_owned()
        }
    }

    /// Said on every card in demo mode.
    pub(super) fn demo(&self, view: &RequestView) -> Option<Part> {
        let text = t!("demo", locale = self.locale());
        view.demo.then(|| Part::Hint { text: text.into() })
    }

    /// `Why: lag 1.2 M, growing · incident 4711`
    pub(super) fn why(&self, view: &RequestView) -> Option<Part> {
        let locale = self.locale();
        let reason = view.because.as_deref().map(|reason| self.quote(reason));
        let incident = view
            .incident
            .as_ref()
            .map(|incident| t!("request.incident", locale = locale, incident = incident).into_owned());
        let said: Vec<String> = reason.into_iter().chain(incident).collect();
        (!said.is_empty()).then(|| Part::Fact {
            label: t!("label.why", locale = locale).into_owned(),
            text: said.join(" · ").into(),
        })
    }

    /// Where the request takes back an earlier one: which.
    fn undoes(&self, view: &RequestView) -> Option<Part> {
        let earlier = rolls_back(&view.command)?;
        let label = t!("label.takes_back", locale = self.locale()).into_owned();
        let text = self.hash(earlier).into();
        Some(Part::Fact { label, text })
    }

    pub(super) fn votes_of(&self, view: &RequestView) -> Vec<Part> {
        match (&view.voting, &view.state) {
            (Some(voting), StateView::Waiting) => self.wanted(view, voting),
            (Some(voting), _) => self.voted(voting),
            (None, _) => Vec::new(),
        }
    }
}

fn rolls_back(command: &str) -> Option<RequestId> {
    match commands::grammar::parse(command).ok()? {
        Ask::Change(change) => match change.verb {
            ChangeVerb::Rollback { request } => Some(request),
            _ => None,
        },
        _ => None,
    }
}

/// The mark beside a message about a request in this state.
pub(super) fn tone(state: &StateView) -> Tone {
    match state {
        StateView::Waiting | StateView::Queued { .. } | StateView::Stopping { .. } => Tone::Waiting,
        StateView::Approved
        | StateView::Running { .. }
        | StateView::Settling { .. }
        | StateView::GoesOn { .. } => Tone::Running,
        StateView::OutcomeUnknown { .. } => Tone::Unknown,
        StateView::Finished(finished) => match finished.judgement.verdict {
            Verdict::Better => Tone::Good,
            Verdict::Same | Verdict::Inconclusive => Tone::Plain,
            Verdict::Worse => Tone::Bad,
        },
        StateView::RolledBack { .. } | StateView::Withdrawn { .. } | StateView::Expired => Tone::Plain,
        StateView::Refused { .. }
        | StateView::Denied { .. }
        | StateView::Drifted { .. }
        | StateView::Failed { .. } => Tone::Bad,
    }
}
