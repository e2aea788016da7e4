//! A plan in people's words, always from the plan itself and never from what was typed.

use commands::names::Millis;
use commands::plan::{OnRejected, Plan, Promise, Settings, Warning};
use rust_i18n::t;

use super::Voice;
use crate::chat::card::{Part, mark};

/// How many jobs a warning names before it counts the rest.
const MOST_JOBS: usize = 3;

impl Voice<'_> {
    /// Steps, promise, resources, downtime, undo, warnings, in this order.
    pub(super) fn plan(&self, plan: &Plan) -> Vec<Part> {
        let mut parts: Vec<Part> = plan
            .steps
            .iter()
            .map(|step| self.planned_step(plan, step))
            .collect();
        parts.push(self.labelled(
            t!("label.promise", locale = self.locale()),
            self.promise(&plan.promise),
        ));
        parts.extend(self.resources(plan));
        parts.push(self.labelled(t!("label.down", locale = self.locale()), self.downtime(plan)));
        parts.push(self.labelled(t!("label.undo", locale = self.locale()), self.undo(plan)));
        let warnings = plan.warnings.iter().map(|warning| self.warning(warning));
        parts.extend(warnings.map(|text| self.labelled(t!("label.careful", locale = self.locale()), text)));
        parts.push(self.labelled(t!("label.limits", locale = self.locale()), self.limits(plan)));
        parts
    }

    pub(super) fn labelled(&self, label: impl Into<String>, text: impl AsRef<str>) -> Part {
        Part::Fact {
            label: label.into(),
            text: text.into(),
        }
    }

    fn promise(&self, promise: &Promise) -> String {
        let locale = self.locale();
        match promise {
            Promise::Throughput {
                before,
                after,
                arriving_per_s,
                leaving_per_s,
                backlog_gone_after,
            } => {
                let rates = self.promised_rates((*before, *after), *arriving_per_s, *leaving_per_s);
                let gone = backlog_gone_after.map(|span| {
                    t!(
                        "promise.gone",
                        locale = locale,
                        span = self.quantities().span(span)
                    )
                });
                let said: Vec<String> = std::iter::once(rates).chain(gone.map(Into::into)).collect();
                said.join("; ")
            }
            Promise::Resources => t!("promise.resources", locale = locale).into_owned(),
            Promise::Room => t!("promise.room", locale = locale).into_owned(),
        }
    }

    fn promised_rates(
        &self,
        (before, after): (u32, u32),
        arriving: Option<f64>,
        leaving: Option<f64>,
    ) -> String {
        let (locale, quantities) = (self.locale(), self.quantities());
        let expected = leaving.map(|leaving| expected(before, after, arriving, leaving));
        match (leaving, expected, arriving) {
            (Some(leaving), Some(expected), Some(arriving)) => t!(
                "promise.rates",
                locale = locale,
                before = quantities.rate(leaving),
                after = quantities.rate(expected),
                arriving = quantities.rate(arriving)
            ),
            (Some(leaving), Some(expected), None) => t!(
                "promise.throughput",
                locale = locale,
                before = quantities.rate(leaving),
                after = quantities.rate(expected)
            ),
            _ => t!("promise.more", locale = locale),
        }
        .into_owned()
    }

    fn resources(&self, plan: &Plan) -> Vec<Part> {
        let (locale, quantities, is) = (self.locale(), self.quantities(), &plan.resources);
        let change = |(now, then): (u32, u32)| self.change(&now.to_string(), &then.to_string());
        let slots = t!(
            "resources.slots",
            locale = locale,
            slots = change(is.slots),
            total = change(is.slots_total)
        );
        let cores = t!(
            "resources.cores",
            locale = locale,
            cores = change(is.cores),
            total = is.cores_total
        );
        let (now, then) = is.memory_bytes;
        let memory = match (now, then) {
            (0, 0) => t!("resources.memory_unknown", locale = locale),
            _ if now == then => t!(
                "resources.memory_same",
                locale = locale,
                memory = quantities.bytes(now)
            ),
            _ => t!(
                "resources.memory",
                locale = locale,
                memory = self.change(&quantities.bytes(now), &quantities.bytes(then))
            ),
        };
        vec![
            self.labelled(t!("label.slots", locale = locale), slots),
            self.labelled(t!("label.cores", locale = locale), format!("{cores} · {memory}")),
        ]
    }

    /// `1 → 4`, or `4` where nothing changes.
    pub(super) fn change(&self, now: &str, then: &str) -> String {
        if now == then {
            return now.to_owned();
        }
        t!("change", locale = self.locale(), now = now, then = then).into_owned()
    }

    fn downtime(&self, plan: &Plan) -> String {
        let (locale, quantities, is) = (self.locale(), self.quantities(), &plan.estimates);
        let nonzero = |span: Option<Millis>| span.filter(|span| span.0 > 0).map(|span| quantities.span(span));
        match (nonzero(is.down), nonzero(is.replay)) {
            (None, _) => t!("down.none", locale = locale),
            (Some(down), None) => t!("down.about", locale = locale, down = down, restarts = is.restarts),
            (Some(down), Some(replay)) => t!(
                "down.replay",
                locale = locale,
                down = down,
                replay = replay,
                restarts = is.restarts
            ),
        }
        .into_owned()
    }

    fn undo(&self, plan: &Plan) -> String {
        let locale = self.locale();
        if plan.steps.iter().all(|step| step.undo.is_empty()) {
            return t!("undo.none", locale = locale).into_owned();
        }
        match &plan.settings_before {
            Settings::Bounds { .. } => t!("undo.bounds", locale = locale, from = self.back_to(plan)),
            Settings::TaskManagers { narrowed: None, .. } => {
                t!("undo.task_managers", locale = locale, from = self.back_to(plan))
            }
            Settings::TaskManagers {
                narrowed: Some((job, _)),
                ..
            } => t!(
                "undo.task_managers_and_job",
                locale = locale,
                from = self.back_to(plan),
                job = self.name(job.name.as_str())
            ),
        }
        .into_owned()
    }

    /// The number that a rollback restores.
    pub(super) fn back_to(&self, plan: &Plan) -> u32 {
        match &plan.settings_before {
            Settings::Bounds { bounds, .. } => bounds.values().map(|b| b.upper).max().unwrap_or(0),
            Settings::TaskManagers { count, .. } => *count,
        }
    }

    fn limits(&self, plan: &Plan) -> String {
        let (locale, within) = (self.locale(), self.quantities().span(plan.run_within));
        match plan.on_rejected {
            OnRejected::Leave => t!("limits.leave", locale = locale, within = within),
            OnRejected::Undo => t!("limits.undo", locale = locale, within = within),
        }
        .into_owned()
    }

    fn warning(&self, warning: &Warning) -> String {
        let (locale, quantities) = (self.locale(), self.quantities());
        match warning {
            Warning::NoHighAvailability => t!("warning.no_high_availability", locale = locale),
            Warning::StillGrows {
                now_per_s,
                then_per_s,
                enough,
            } => {
                return self.still_grows(*now_per_s, *then_per_s, *enough);
            }
            Warning::MoreSlotsThanCores { slots, cores } => t!(
                "warning.more_slots_than_cores",
                locale = locale,
                slots = quantities.count(u64::from(*slots)),
                cores = cores
            ),
            Warning::SlotsUnused { slots, command: None } => {
                t!("warning.slots_unused", locale = locale, slots = slots)
            }
            Warning::SlotsUnused {
                slots,
                command: Some(command),
            } => t!(
                "warning.slots_unused_say",
                locale = locale,
                slots = slots,
                command = self.code(command)
            ),
            Warning::JobsGrow { jobs } => t!(
                "warning.jobs_grow",
                locale = locale,
                jobs = self.list(jobs.iter().map(|job| self.name(job.as_str())), MOST_JOBS)
            ),
            Warning::MayStopBusy => t!("warning.may_stop_busy", locale = locale),
            Warning::NoHistory => t!("warning.no_history", locale = locale),
            Warning::Text(text) => return self.quote(text),
        }
        .into_owned()
    }

    fn still_grows(&self, now: f64, then: f64, enough: Option<u32>) -> String {
        let (locale, quantities) = (self.locale(), self.quantities());
        let (now, then) = (quantities.slope(now), quantities.slope(then));
        match enough {
            Some(enough) => t!(
                "warning.still_grows_until",
                locale = locale,
                now = now,
                then = then,
                enough = enough
            ),
            None => t!("warning.still_grows", locale = locale, now = now, then = then),
        }
        .into_owned()
    }

    /// The job or the environment, as a name in a sentence.
    pub(super) fn subject(&self, plan: &Plan) -> String {
        match &plan.target.job {
            Some(job) => self.name(job.name.as_str()),
            None => plan.target.environment.to_string(),
        }
    }

    /// A ballot's short form, marked.
    pub(super) fn ballot(&self, ballot: &approvals::request::Ballot) -> String {
        mark::code(&ballot.short())
    }
}

/// min(arrivals, rate before x subtasks after / subtasks before).
fn expected(before: u32, after: u32, arriving: Option<f64>, leaving: f64) -> f64 {
    let able = leaving * f64::from(after) / f64::from(before.max(1));
    arriving.map_or(able, |arriving| able.min(arriving))
}
