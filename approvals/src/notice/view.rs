//! A request as people may see it, made from the request and what is known beside it.

use std::collections::BTreeMap;

use commands::ask::{Ask, Change};
use commands::grammar;
use commands::names::{At, Millis, Person};
use commands::plan::Action;
use commands::verdict;
use commands::windows::{Measured, Sample, Sampled};

use super::{FinishedView, Pictured, RequestView, Row, StateView, StepView, VotingView};
use crate::people::People;
use crate::policy::{Approvers, Requirement};
use crate::request::{End, Finished, Particular, Request, Run, State, Yes};

/// What a message needs beside the request.
#[derive(Debug)]
pub struct Context<'a> {
    /// Now.
    pub now: At,
    /// Whether identities are not verified.
    pub demo: bool,
    /// Everybody the config names.
    pub people: &'a People,
    /// The run that holds what this one waits for.
    pub holder: Option<Row>,
    /// Samples of both windows and between, of everything that was measured.
    pub samples: BTreeMap<Sampled, Vec<Sample>>,
}

/// A request as people may see it; `None` before it was asked.
pub fn view(request: &Request, context: &Context<'_>) -> Option<RequestView> {
    let asked = request.asked.as_ref()?;
    Some(RequestView {
        id: request.id,
        state: state_view(request, context),
        asked_by: asked.by.clone(),
        asked_at: asked.at,
        place: asked.place.clone(),
        thread: asked.thread.clone(),
        command: command(&asked.change),
        because: asked
            .because
            .as_ref()
            .and_then(Particular::text)
            .map(str::to_owned),
        incident: asked.incident.clone(),
        plan: request.plan.clone(),
        voting: request.voting.as_ref().map(|voting| VotingView {
            ballot: voting.ballot.clone(),
            vote_until: voting.vote_until,
            need: voting.requirement.need.clone(),
            approvers: approvers(context.people, &voting.requirement),
            votes: voting
                .votes
                .iter()
                .map(|vote| {
                    let reason = vote.reason.as_ref().and_then(Particular::text).map(str::to_owned);
                    (vote.person.clone(), vote.verdict, reason)
                })
                .collect(),
        }),
        steps: request.run.as_ref().map(steps).unwrap_or_default(),
        started_at: request.run.as_ref().map(|run| run.started_at),
        at: context.now,
        demo: context.demo,
    })
}

/// The request's row in lists.
pub fn row(request: &Request) -> Option<Row> {
    let asked = request.asked.as_ref()?;
    let environment = match &request.plan {
        Some(plan) => Some(plan.target.environment.clone()),
        None => asked.change.environment.clone(),
    };
    Some(Row {
        id: request.id,
        state: request.state.word().to_owned(),
        environment,
        asked_by: asked.by.clone(),
        asked_at: asked.at,
        command: command(&asked.change),
    })
}

/// Who can approve, by group, as the config lists them; whoever may not is left out.
pub fn approvers(people: &People, requirement: &Requirement) -> Approvers {
    requirement
        .need
        .iter()
        .map(|need| {
            let listed = people
                .groups
                .get(&need.from)
                .map(|members| members.people.clone())
                .unwrap_or_default();
            (
                need.from.clone(),
                listed
                    .into_iter()
                    .filter(|person| !requirement.not.contains(person))
                    .collect(),
            )
        })
        .collect()
}

fn command(change: &Change) -> String {
    grammar::text_of(&Ask::Change(Change {
        because: None,
        incident: None,
        ..change.clone()
    }))
}

fn steps(run: &Run) -> Vec<StepView> {
    run.steps
        .iter()
        .map(|step| StepView {
            number: step.step,
            undo_of: step.undo_of,
            attempt: step.attempt,
            from: step.intended_at,
            to: step.done_at,
            output: step.output.clone(),
            progress: None,
        })
        .collect()
}

fn state_view(request: &Request, context: &Context<'_>) -> StateView {
    match &request.state {
        State::New | State::Asked | State::Planned | State::Waiting => StateView::Waiting,
        State::Approved => StateView::Approved,
        State::Queued { behind } => StateView::Queued {
            behind: *behind,
            holder: context.holder.as_ref().map(|row| row.asked_by.clone()),
            since: context.holder.as_ref().map(|row| row.asked_at),
            command: context.holder.as_ref().map(|row| row.command.clone()),
        },
        State::Running { .. } => running(request),
        State::Stopping { .. } | State::Undoing { .. } => stopping(request),
        State::Settling { until } => StateView::Settling { until: *until },
        State::Unknown { step, since, .. } => StateView::OutcomeUnknown {
            step: *step,
            since: *since,
        },
        State::Ended(end) => ended(request, end, context),
    }
}

fn running(request: &Request) -> StateView {
    let of = request.plan.as_ref().map_or(0, |plan| plan.steps.len() as u16);
    let hand = request.hand();
    StateView::Running {
        step: hand.map_or(of, |hand| hand.step.number),
        of,
        person: hand.is_some_and(|hand| matches!(hand.step.action, Action::AskPerson { .. })),
    }
}

fn stopping(request: &Request) -> StateView {
    let asked = request.run.as_ref().and_then(|run| run.stop_asked.clone());
    let (by, why) = asked.unwrap_or((Person::sluice(), None));
    StateView::Stopping {
        by,
        why,
        undoing: matches!(request.state, State::Undoing { .. }),
    }
}

fn ended(request: &Request, end: &End, context: &Context<'_>) -> StateView {
    match end {
        End::Finished(finished) => StateView::Finished(Box::new(finished_view(request, finished, context))),
        End::Refused(refusal) => StateView::Refused {
            refusal: refusal.clone(),
        },
        End::Denied(by) => StateView::Denied {
            by: by.clone(),
            reason: reason_of(request, by),
        },
        End::Withdrawn(by) => StateView::Withdrawn { by: by.clone() },
        End::Expired => StateView::Expired,
        End::Drifted(mismatches) => StateView::Drifted {
            mismatches: mismatches.clone(),
        },
        End::Failed { step, code, said } => StateView::Failed {
            step: *step,
            code: code.clone(),
            said: said.clone(),
        },
        End::RolledBack => StateView::RolledBack {
            why: request
                .run
                .as_ref()
                .and_then(|run| run.stop_asked.clone())
                .and_then(|(_, why)| why),
        },
    }
}

fn reason_of(request: &Request, by: &Person) -> Option<String> {
    let votes = &request.voting.as_ref()?.votes;
    votes
        .iter()
        .find(|vote| vote.person == *by)?
        .reason
        .as_ref()?
        .text()
        .map(str::to_owned)
}

fn finished_view(request: &Request, finished: &Finished, context: &Context<'_>) -> FinishedView {
    let run = request.run.as_ref();
    let changed_at = run.and_then(|run| run.steps.iter().filter_map(|step| step.done_at).max());
    FinishedView {
        judgement: finished.judgement.clone(),
        measured: finished.measured.clone(),
        down: run.and_then(|run| {
            context
                .samples
                .values()
                .filter_map(|samples| down(run, samples))
                .max()
        }),
        our_restarts: run.map_or(0, |run| {
            let spans = run.spans(context.now);
            let samples = context.samples.values();
            samples
                .map(|samples| verdict::our_restarts(samples, &spans))
                .sum()
        }),
        pictured: pictured(finished, context),
        changed_at: changed_at.unwrap_or(finished.at),
        approved_by: request
            .voting
            .iter()
            .flat_map(|voting| &voting.votes)
            .filter(|vote| vote.verdict == Yes::Yes)
            .map(|vote| vote.person.clone())
            .collect(),
    }
}

/// The job that decided the verdict, else the first that was sampled, else the cluster.
fn pictured(finished: &Finished, context: &Context<'_>) -> Option<Pictured> {
    let sampled = |measured: &&Measured| {
        let samples = context.samples.get(&measured.sampled());
        samples.is_some_and(|samples| !samples.is_empty())
    };
    let decided = |measured: &&Measured| {
        let name = measured.job.as_ref().map(|job| &job.name);
        name.is_some() && name == finished.judgement.job.as_ref()
    };
    let all = || finished.measured.iter().filter(sampled);
    let chosen = all()
        .find(decided)
        .or_else(|| all().find(|measured| measured.job.is_some()))
        .or_else(|| all().next())?;
    Some(Pictured {
        job: chosen.job.as_ref().map(|job| job.name.clone()),
        samples: context.samples.get(&chosen.sampled())?.clone(),
    })
}

/// The longest pause between two samples around our own steps: while a job restarts, it gives none. `None`: not measured.
fn down(run: &Run, samples: &[Sample]) -> Option<Millis> {
    let (from, to) = (
        run.started_at,
        run.steps.iter().filter_map(|step| step.done_at).max()?,
    );
    let attempt_changes = samples
        .windows(2)
        .filter(|pair| pair[0].attempt != pair[1].attempt);
    attempt_changes
        .filter(|pair| pair[1].at >= from && pair[0].at <= to)
        .map(|pair| pair[1].at.since(pair[0].at))
        .max()
}
