//! Events of the run: forward steps, the stop, undo steps.

use commands::names::At;

use super::super::{Choice, Event, Phase, Request, State, StepRun, StopReason, undo};

/// An event of the step in hand.
pub(super) fn step(request: &mut Request, event: &Event, at: At) -> Option<State> {
    let hand = request.hand()?;
    let (number, undo_of) = (hand.step.number, hand.undo_of);
    let phase = match &request.state {
        State::Running { phase, .. } | State::Undoing { phase, .. } => Some(phase.clone()),
        _ => None,
    };
    use Phase::{InDoubt, Intended, Ready, Sent};
    match (phase, event) {
        (Some(Ready), Event::StepIntended { .. }) => {
            intend(request, event, at)?;
            Some(stay(request, Intended))
        }
        (Some(Intended), Event::StepSent { step, handle }) if *step == number => {
            ran(request, number)?.sent = Some((at, handle.clone()));
            Some(stay(request, Sent))
        }
        (Some(Intended), Event::StepUnknown { step, .. }) if *step == number => Some(stay(request, InDoubt)),
        (Some(Intended | Sent | InDoubt), Event::StepDone { step, output })
            if *step == number && undo_of.is_none() =>
        {
            let ran = ran(request, number)?;
            ran.done_at = Some(at);
            ran.output = Some(output.clone());
            Some(after_forward(request, number + 1))
        }
        (Some(Intended | Sent | InDoubt), Event::StepUndone { step, .. })
            if *step == number && undo_of.is_some() =>
        {
            ran(request, number)?.done_at = Some(at);
            Some(State::Undoing {
                step: number + 1,
                phase: Ready,
            })
        }
        (Some(Intended | Sent | InDoubt), Event::OutcomeUnknown { step }) if *step == number => {
            Some(State::Unknown {
                step: number,
                since: at,
                undoing: undo_of.is_some(),
            })
        }
        (None | Some(Intended | Sent | InDoubt), Event::StepSettled { step, done, .. })
            if *step == number =>
        {
            settle(request, number, undo_of.is_some(), *done)
        }
        _ => None,
    }
}

/// Settled as done: `StepDone` or `StepUndone` follows. As not done: it had no effect, and is ready again.
fn settle(request: &mut Request, number: u16, undoing: bool, done: bool) -> Option<State> {
    let phase = if done { Phase::InDoubt } else { Phase::Ready };
    if !done {
        ran(request, number)?.sent = None;
    }
    Some(match (undoing, done) {
        (true, _) => State::Undoing { step: number, phase },
        (false, true) => State::Running { step: number, phase },
        (false, false) => after_forward(request, number),
    })
}

/// No forward step is under way: `next` is ready, unless a stop was asked.
fn after_forward(request: &Request, next: u16) -> State {
    match &request.run {
        Some(run) if run.stop_asked.is_some() => State::Stopping {
            done: run.last_done(),
        },
        _ => State::Running {
            step: next,
            phase: Phase::Ready,
        },
    }
}

fn intend(request: &mut Request, event: &Event, at: At) -> Option<()> {
    let Event::StepIntended {
        step,
        attempt,
        key,
        undo_of,
    } = event
    else {
        return None;
    };
    let hand = request.hand()?;
    if *step != hand.step.number || *undo_of != hand.undo_of || *attempt != hand.attempts() + 1 {
        return None;
    }
    if let Some(ran) = ran(request, *step) {
        ran.attempt = *attempt;
        ran.last_intended_at = at;
        return Some(());
    }
    request.run.as_mut()?.steps.push(StepRun {
        step: *step,
        undo_of: *undo_of,
        key: key.clone(),
        attempt: *attempt,
        intended_at: at,
        last_intended_at: at,
        sent: None,
        done_at: None,
        output: None,
    });
    Some(())
}

fn ran(request: &mut Request, number: u16) -> Option<&mut StepRun> {
    request
        .run
        .as_mut()?
        .steps
        .iter_mut()
        .find(|ran| ran.step == number)
}

fn stay(request: &Request, phase: Phase) -> State {
    match request.state {
        State::Running { step, .. } => State::Running { step, phase },
        State::Undoing { step, .. } => State::Undoing { step, phase },
        ref other => other.clone(),
    }
}

/// A stop is asked, or its question answered.
pub(super) fn stop(request: &mut Request, event: &Event) -> Option<State> {
    let Event::StopAsked { by, choice, why } = event else {
        return None;
    };
    let state = request.state.clone();
    let run = request.run.as_mut()?;
    let done = run.last_done();
    if run.stop_asked.is_none() || why.is_some() {
        run.stop_asked = Some((by.clone(), why.clone()));
    }
    let step_is_over = matches!(why, Some(StopReason::Rejected { .. }));
    match (state, choice) {
        (
            State::Running {
                phase: Phase::Ready, ..
            }
            | State::Stopping { .. },
            Some(choice),
        ) => chosen(request, *choice),
        (State::Running { .. }, Some(choice)) if step_is_over => chosen(request, *choice),
        (
            State::Running {
                phase: Phase::Ready, ..
            }
            | State::Undoing {
                phase: Phase::Ready, ..
            },
            None,
        ) => Some(State::Stopping { done }),
        (State::Running { .. }, None) if step_is_over => Some(State::Stopping { done }),
        (under_way @ (State::Running { .. } | State::Unknown { .. }), None) => Some(under_way),
        _ => None,
    }
}

/// Undo: the first undo step that is not done is ready. Leave: all that will be done is done.
fn chosen(request: &mut Request, choice: Choice) -> Option<State> {
    let planned = request.plan.as_ref()?.steps.len() as u16;
    if choice == Choice::Leave {
        return Some(State::Running {
            step: planned + 1,
            phase: Phase::Ready,
        });
    }
    let next = undo::remaining(request);
    if request.run.as_ref()?.undo.is_empty() {
        request.run.as_mut()?.undo = undo::steps(request);
    }
    let past = planned + request.run.as_ref()?.undo.len() as u16 + 1;
    Some(State::Undoing {
        step: next.unwrap_or(past),
        phase: Phase::Ready,
    })
}
