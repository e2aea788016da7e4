//! Both windows side by side: one row a signal, in at most forty columns.

use approvals::notice::{FinishedView, RequestView};
use commands::names::Millis;
use commands::signals::Signal;
use commands::sizing;
use commands::windows::{Measured, Stat, Window};
use rust_i18n::t;

use super::{Voice, fit};
use crate::chat::card::Part;

/// How a signal's number is written.
#[derive(Clone, Copy)]
enum Writing {
    /// `1.20 M`
    Amount,
    /// `99 %`, from milliseconds in a second.
    BusyShare,
    /// `61 %`, from 0 to 1.
    Share,
    /// `1.9 s`, from milliseconds.
    Span,
}

/// A row that shows one number of each window: its name's key, what it is of, how it is written.
type Row = (&'static str, Signal, Writing);

/// Rows of a job alone.
const OF_JOB: [Row; 3] = [
    ("signal.busy", Signal::Busy, Writing::BusyShare),
    ("signal.back_pressure", Signal::BackPressure, Writing::BusyShare),
    ("signal.checkpoint", Signal::CheckpointDuration, Writing::Span),
];
/// Rows of the machines that carry it.
const OF_MACHINES: [Row; 3] = [
    ("signal.heap", Signal::Heap, Writing::Share),
    ("signal.gc", Signal::Gc, Writing::BusyShare),
    ("signal.cpu", Signal::Cpu, Writing::Share),
];
const SLOTS_USED: Row = ("signal.slots_used", Signal::SlotsUsed, Writing::Amount);
/// Rows of the cluster's capacity.
const OF_CLUSTER: [Row; 2] = [
    ("signal.task_managers", Signal::TaskManagers, Writing::Amount),
    ("signal.slots", Signal::Slots, Writing::Amount),
];

/// Jobs whose tables a message shows; the others are counted.
const MOST_TABLES: usize = 3;
/// How wide a table's name may be, so that a phone shows the numbers too.
const NAME_COLUMNS: usize = 16;

impl Voice<'_> {
    /// Before beside after: of the cluster where it changed, then of the jobs, the one that decided first.
    pub(super) fn comparisons(&self, view: &RequestView, finished: &FinishedView) -> Vec<Part> {
        let (clusters, mut jobs): (Vec<&Measured>, Vec<&Measured>) = finished
            .measured
            .iter()
            .partition(|measured| measured.job.is_none());
        let decided = finished.judgement.job.as_ref();
        jobs.sort_by_key(|measured| decided != measured.job.as_ref().map(|job| &job.name));
        let environment = view.plan.as_deref().map(|plan| plan.target.environment.as_str());
        let of_cluster = clusters.iter().filter_map(|measured| {
            let rows = self.cluster_rows(measured);
            self.comparison(environment.unwrap_or_default(), measured, rows)
        });
        let (is_one, in_cluster) = (jobs.len() == 1, !clusters.is_empty());
        let of_jobs = jobs.iter().take(MOST_TABLES).filter_map(|measured| {
            let name = measured.job.as_ref().filter(|_| in_cluster || !is_one);
            let name = name.map_or_else(String::new, |job| self.name(job.name.as_str()));
            let mut rows = self.job_rows(measured, in_cluster);
            rows.extend(self.restarts_row(measured, is_one.then_some(finished.our_restarts)));
            self.comparison(&name, measured, rows)
        });
        let more = jobs.len().saturating_sub(MOST_TABLES);
        let uncounted = (more > 0).then(|| Part::Hint {
            text: t!("more", locale = self.locale(), count = more).into(),
        });
        of_cluster.chain(of_jobs).chain(uncounted).collect()
    }

    /// `None` where neither window was sampled.
    fn comparison(&self, name: &str, measured: &Measured, rows: Vec<Vec<String>>) -> Option<Part> {
        if measured.before.is_none() && measured.after.is_none() {
            return None;
        }
        let locale = self.locale();
        let head = vec![
            fit(name, NAME_COLUMNS),
            t!("table.before", locale = locale).into_owned(),
            t!("table.after", locale = locale).into_owned(),
            String::new(),
        ];
        Some(Part::Table { head, rows })
    }

    fn cluster_rows(&self, measured: &Measured) -> Vec<Vec<String>> {
        let (before, after) = (measured.before.as_ref(), measured.after.as_ref());
        let free = |window: Option<&Window>| {
            let last = |signal| Some(window?.stats.get(&signal)?.last);
            let free = last(Signal::Slots)? - last(Signal::SlotsUsed)?;
            Some(self.quantities().amount(free.max(0.0)))
        };
        let capacity = OF_CLUSTER
            .iter()
            .filter_map(|row| self.gauge_row(row, before, after));
        let free = self.row("signal.slots_free", free(before), free(after), None);
        let machines = OF_MACHINES
            .iter()
            .filter_map(|row| self.gauge_row(row, before, after));
        capacity.chain(free).chain(machines).collect()
    }

    /// A job's rows, restarts apart; without what a table of the cluster above it says.
    fn job_rows(&self, measured: &Measured, in_cluster: bool) -> Vec<Vec<String>> {
        let (before, after) = (measured.before.as_ref(), measured.after.as_ref());
        let machines = OF_MACHINES.iter().filter(|_| !in_cluster);
        let cluster = OF_CLUSTER.iter().rev().filter(|_| !in_cluster);
        let gauges = OF_JOB.iter().chain(machines).chain([&SLOTS_USED]).chain(cluster);
        self.flow_rows(before, after)
            .into_iter()
            .chain(gauges.filter_map(|row| self.gauge_row(row, before, after)))
            .collect()
    }

    /// Backlog, and records/s in and out.
    fn flow_rows(&self, before: Option<&Window>, after: Option<&Window>) -> Vec<Vec<String>> {
        [
            self.backlog_row(before, after),
            self.rate_row("signal.arriving", before, after, sizing::arriving_per_s),
            self.rate_row("signal.leaving", before, after, sizing::leaving_per_s),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// One window of a job alone: `backlog 1.20 M`, ...
    pub(super) fn readings(&self, window: &Window) -> Part {
        let locale = self.locale();
        let gauges = OF_JOB
            .iter()
            .chain(&OF_MACHINES)
            .chain([&SLOTS_USED])
            .chain(OF_CLUSTER.iter().rev());
        let flow = self.flow_rows(None, Some(window)).into_iter();
        let rows = flow.chain(gauges.filter_map(|row| self.gauge_row(row, None, Some(window))));
        let mut rows: Vec<Vec<String>> = rows
            .map(|row| vec![row[0].clone(), row[2].clone(), String::new()])
            .collect();
        if let (Some(backlog), Some(row)) = (window.stats.get(&Signal::Backlog), rows.first_mut()) {
            row[2] = self.quantities().slope(backlog.per_s);
        }
        if let Some(restarts) = window.stats.get(&Signal::Restarts) {
            let restarts = self.quantities().amount(restarts.last - restarts.first);
            rows.push(vec![self.signal("signal.restarts"), restarts, String::new()]);
        }
        Part::Table {
            head: vec![
                String::new(),
                t!("table.recent", locale = locale).into_owned(),
                t!("table.change", locale = locale).into_owned(),
            ],
            rows,
        }
    }

    fn signal(&self, key: &str) -> String {
        t!(key, locale = self.locale()).into_owned()
    }

    fn backlog_row(&self, before: Option<&Window>, after: Option<&Window>) -> Option<Vec<String>> {
        let last = |window: Option<&Window>| Some(window?.stats.get(&Signal::Backlog)?.last);
        let (before, after) = (last(before), last(after));
        let change = before
            .zip(after)
            .map(|(before, after)| self.quantities().difference(after - before));
        self.row(
            "signal.backlog",
            before.map(|n| self.quantities().amount(n)),
            after.map(|n| self.quantities().amount(n)),
            change,
        )
    }

    /// Records/s; where a window was sampled and does not tell them, they are unknown, and not 0.
    fn rate_row(
        &self,
        key: &str,
        before: Option<&Window>,
        after: Option<&Window>,
        rate: fn(&Window) -> Option<f64>,
    ) -> Option<Vec<String>> {
        let written = |window: Option<&Window>| Some(self.quantities().rate(rate(window?)));
        let known = before.and_then(rate).zip(after.and_then(rate));
        let factor = known
            .filter(|(before, _)| *before > 0.0)
            .map(|(before, after)| after / before);
        let changed = factor.filter(|factor| (factor - 1.0).abs() >= 0.05);
        self.row(
            key,
            written(before),
            written(after),
            changed.map(|factor| self.quantities().times(factor)),
        )
    }

    fn gauge_row(
        &self,
        (key, signal, writing): &Row,
        before: Option<&Window>,
        after: Option<&Window>,
    ) -> Option<Vec<String>> {
        let written = |window: Option<&Window>| {
            let stat = window?.stats.get(signal)?;
            Some(self.written(stat, *writing))
        };
        self.row(key, written(before), written(after), None)
    }

    fn written(&self, stat: &Stat, writing: Writing) -> String {
        let quantities = self.quantities();
        match writing {
            Writing::Amount => quantities.amount(stat.last),
            Writing::BusyShare => quantities.share(stat.mean / 1000.0),
            Writing::Share => quantities.share(stat.mean),
            Writing::Span => quantities.span(Millis(stat.mean.max(0.0).round() as u64)),
        }
    }

    /// Restarts of each window's own time. Where ours are known they are counted from the end of the first one, left out,
    /// and named: `0  0  +1 ours`.
    fn restarts_row(&self, measured: &Measured, ours: Option<u64>) -> Option<Vec<String>> {
        let stat = |window: &Option<Window>| window.as_ref()?.stats.get(&Signal::Restarts).copied();
        let (before, after) = (stat(&measured.before), stat(&measured.after));
        let since = after.map(|after| match (before, ours) {
            (Some(before), Some(ours)) => (after.last - before.last - ours as f64).max(0.0),
            _ => after.last - after.first,
        });
        let named = |ours: u64| t!("table.ours", locale = self.locale(), count = ours).into_owned();
        self.row(
            "signal.restarts",
            before.map(|before| self.quantities().amount(before.last - before.first)),
            since.map(|n| self.quantities().amount(n)),
            ours.filter(|ours| *ours > 0).map(named),
        )
    }

    fn row(
        &self,
        key: &str,
        before: Option<String>,
        after: Option<String>,
        change: Option<String>,
    ) -> Option<Vec<String>> {
        if before.is_none() && after.is_none() {
            return None;
        }
        let cell = |cell: Option<String>| cell.unwrap_or_else(|| "-".to_owned());
        Some(vec![
            self.signal(key),
            cell(before),
            cell(after),
            change.unwrap_or_default(),
        ])
    }
}
