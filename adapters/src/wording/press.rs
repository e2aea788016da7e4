//! The words on buttons, and what a button asks before it counts.

use approvals::notice::{Press, RequestView, StateView, buttons};
use approvals::request::Choice;
use commands::names::RequestId;
use rust_i18n::t;

use super::Voice;
use crate::chat::card::{Button, Look, Prompt};

impl Voice<'_> {
    /// The buttons that a request offers now.
    pub(super) fn buttons(&self, view: &RequestView) -> Vec<Button> {
        buttons(view)
            .iter()
            .map(|press| self.button(press, view))
            .collect()
    }

    /// The same for messages that are edited: once the request is over only its last message offers anything.
    pub(super) fn buttons_until_over(&self, view: &RequestView) -> Vec<Button> {
        if view.state.is_over() {
            Vec::new()
        } else {
            self.buttons(view)
        }
    }

    fn button(&self, press: &Press, view: &RequestView) -> Button {
        Button {
            id: press.id(view.id),
            label: self.label(press, view),
            look: look(press),
            asks: self.asks(press, view.id),
        }
    }

    fn label(&self, press: &Press, view: &RequestView) -> String {
        let locale = self.locale();
        match press {
            Press::Approve(_) => t!("press.approve", locale = locale),
            Press::Deny(_) => t!("press.deny", locale = locale),
            Press::Withdraw => t!("press.withdraw", locale = locale),
            Press::Details => t!("press.details", locale = locale),
            Press::PlanAgain => t!("press.plan_again", locale = locale),
            Press::Stop => t!("press.stop", locale = locale),
            Press::Choose(Choice::Undo) => t!("press.choose_undo", locale = locale),
            Press::Choose(Choice::Leave) => t!("press.choose_leave", locale = locale),
            Press::Say { done, .. } => return self.say_label(*done, &view.state),
            Press::LookAgain => t!("press.look_again", locale = locale),
            Press::Undo => match &view.plan {
                Some(plan) => t!("press.undo_to", locale = locale, to = self.back_to(plan)),
                None => t!("press.undo", locale = locale),
            },
        }
        .into_owned()
    }

    fn say_label(&self, done: bool, state: &StateView) -> String {
        let locale = self.locale();
        match (done, state) {
            (true, StateView::Running { .. }) => t!("press.person_done", locale = locale),
            (false, StateView::Running { .. }) => t!("press.person_not_done", locale = locale),
            (true, _) => t!("press.is_done", locale = locale),
            (false, _) => t!("press.is_not_done", locale = locale),
        }
        .into_owned()
    }

    /// What a button asks before it counts.
    pub(super) fn asks(&self, press: &Press, request: RequestId) -> Option<Prompt> {
        let locale = self.locale();
        matches!(press, Press::Deny(_)).then(|| Prompt {
            title: t!("prompt.deny.title", locale = locale, id = self.hash(request)).into_owned(),
            label: t!("prompt.deny.label", locale = locale).into_owned(),
            send: t!("prompt.deny.send", locale = locale).into_owned(),
            cancel: t!("prompt.cancel", locale = locale).into_owned(),
        })
    }
}

fn look(press: &Press) -> Look {
    match press {
        Press::Approve(_) => Look::Primary,
        Press::Deny(_) | Press::Stop => Look::Danger,
        _ => Look::Plain,
    }
}
