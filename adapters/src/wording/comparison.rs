//! Both windows side by side: one row a signal, in at most forty columns.

use approvals::notice::FinishedView;
use commands::names::Millis;
use commands::signals::Signal;
use commands::windows::{Stat, Window};
use rust_i18n::t;

use super::Voice;
use super::verdict::{arriving_per_s, leaving_per_s};
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

/// Rows that show one number of each window, with their names' keys.
const GAUGES: [(&str, Signal, Writing); 9] = [
    ("signal.busy", Signal::Busy, Writing::BusyShare),
    ("signal.back_pressure", Signal::BackPressure, Writing::BusyShare),
    ("signal.checkpoint", Signal::CheckpointDuration, Writing::Span),
    ("signal.heap", Signal::Heap, Writing::Share),
    ("signal.gc", Signal::Gc, Writing::BusyShare),
    ("signal.cpu", Signal::Cpu, Writing::Share),
    ("signal.slots_used", Signal::SlotsUsed, Writing::Amount),
    ("signal.slots", Signal::Slots, Writing::Amount),
    ("signal.task_managers", Signal::TaskManagers, Writing::Amount),
];

impl Voice<'_> {
    /// Before beside after; `None` where neither was sampled.
    pub(super) fn comparison(&self, finished: &FinishedView) -> Option<Part> {
        let (before, after) = (finished.before.as_ref(), finished.after.as_ref());
        if before.is_none() && after.is_none() {
            return None;
        }
        let locale = self.locale();
        let head = vec![
            String::new(),
            t!("table.before", locale = locale).into_owned(),
            t!("table.after", locale = locale).into_owned(),
            String::new(),
        ];
        let mut rows: Vec<Vec<String>> = Vec::new();
        rows.extend(self.backlog_row(before, after));
        rows.extend(self.rate_row("signal.arriving", before, after, arriving_per_s));
        rows.extend(self.rate_row("signal.leaving", before, after, leaving_per_s));
        rows.extend(GAUGES.iter().filter_map(|row| self.gauge_row(row, before, after)));
        rows.extend(self.restarts_row(finished));
        Some(Part::Table { head, rows })
    }

    /// One window alone: `backlog 1.20 M`, ...
    pub(super) fn readings(&self, window: &Window) -> Part {
        let locale = self.locale();
        let mut rows: Vec<Vec<String>> = Vec::new();
        if let Some(backlog) = window.stats.get(&Signal::Backlog) {
            let slope = self.quantities().slope(backlog.per_s);
            rows.push(vec![
                self.signal("signal.backlog"),
                self.quantities().amount(backlog.last),
                slope,
            ]);
        }
        let one = |row: Vec<String>| vec![row[0].clone(), row[2].clone(), String::new()];
        rows.extend(
            self.rate_row("signal.arriving", None, Some(window), arriving_per_s)
                .map(one),
        );
        rows.extend(
            self.rate_row("signal.leaving", None, Some(window), leaving_per_s)
                .map(one),
        );
        let gauges = GAUGES
            .iter()
            .filter_map(|row| self.gauge_row(row, None, Some(window)));
        rows.extend(gauges.map(one));
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

    fn rate_row(
        &self,
        key: &str,
        before: Option<&Window>,
        after: Option<&Window>,
        rate: fn(&Window) -> Option<f64>,
    ) -> Option<Vec<String>> {
        let (before, after) = (before.and_then(rate), after.and_then(rate));
        let factor = before.zip(after).filter(|(before, _)| *before > 0.0);
        let factor = factor.map(|(before, after)| after / before);
        let changed = factor.filter(|factor| (factor - 1.0).abs() >= 0.05);
        self.row(
            key,
            before.map(|n| self.quantities().rate(n)),
            after.map(|n| self.quantities().rate(n)),
            changed.map(|factor| self.quantities().times(factor)),
        )
    }

    fn gauge_row(
        &self,
        (key, signal, writing): &(&str, Signal, Writing),
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

    /// Restarts of each window's own time, ours left out and named: `0  0  +1 ours`.
    fn restarts_row(&self, finished: &FinishedView) -> Option<Vec<String>> {
        let stat = |window: &Option<Window>| window.as_ref()?.stats.get(&Signal::Restarts).copied();
        let (before, after) = (stat(&finished.before), stat(&finished.after));
        let ours = finished.our_restarts;
        let since = after.map(|after| {
            let start = before.map_or(after.first, |before| before.last);
            (after.last - start - ours as f64).max(0.0)
        });
        let named = t!("table.ours", locale = self.locale(), count = ours).into_owned();
        self.row(
            "signal.restarts",
            before.map(|before| self.quantities().amount(before.last - before.first)),
            since.map(|n| self.quantities().amount(n)),
            (ours > 0).then_some(named),
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
