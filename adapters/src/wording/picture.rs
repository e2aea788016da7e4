//! Which series a picture shows, and what its words say.

use approvals::notice::{FinishedView, Pictured};
use commands::names::At;
use commands::signals::Signal;
use commands::windows::{Sample, TOLD_AGAIN_FOR};
use rust_i18n::t;

use super::Voice;
use super::chart::{Chart, Line, Mark, Panel, Stroke};

/// Fewer points than this are no picture.
const LEAST_POINTS: usize = 3;

impl Voice<'_> {
    /// What a change did to the job that decided its verdict, or where no job was sampled to the cluster.
    pub(super) fn picture_of_change(&self, subject: &str, finished: &FinishedView) -> Option<Chart> {
        let Pictured { job, samples } = finished.pictured.as_ref()?;
        let changed_at = Some(finished.changed_at);
        match job {
            Some(job) => self.picture_of_job(&self.name(job.as_str()), samples, changed_at),
            None => self.picture(
                subject,
                [self.capacity_panel(samples), self.load_panel(samples)],
                changed_at,
            ),
        }
    }

    /// Backlog, and records in and out, over time, with the change marked; `None` where there is too little to show.
    pub(super) fn picture_of_job(
        &self,
        subject: &str,
        samples: &[Sample],
        changed_at: Option<At>,
    ) -> Option<Chart> {
        let panels = [self.backlog_panel(samples), self.rates_panel(samples)];
        self.picture(subject, panels, changed_at)
    }

    fn picture(&self, subject: &str, panels: [Option<Panel>; 2], changed_at: Option<At>) -> Option<Chart> {
        let panels: Vec<Panel> = panels.into_iter().flatten().collect();
        if panels.is_empty() {
            return None;
        }
        Some(Chart {
            alt: self.alt(subject, &panels, changed_at),
            panels,
            mark: changed_at.map(|at| Mark {
                at,
                label: t!("chart.change", locale = self.locale(), at = self.reader.clock(at)).into_owned(),
            }),
            reader: self.reader.clone(),
        })
    }

    /// TaskManagers and slots.
    fn capacity_panel(&self, samples: &[Sample]) -> Option<Panel> {
        let line = |key, stroke, signal| self.line(key, stroke, readings(samples, signal));
        self.panel(
            "chart.capacity",
            [
                line("signal.slots", Stroke::Dashed, Signal::Slots),
                line("signal.task_managers", Stroke::Solid, Signal::TaskManagers),
            ],
        )
    }

    /// CPU and heap, in percent.
    fn load_panel(&self, samples: &[Sample]) -> Option<Panel> {
        let line = |key, stroke, signal| {
            let share = readings(samples, signal).into_iter();
            self.line(
                key,
                stroke,
                share.map(|(at, share)| (at, share * 100.0)).collect(),
            )
        };
        self.panel(
            "chart.load",
            [
                line("signal.heap", Stroke::Dashed, Signal::Heap),
                line("signal.cpu", Stroke::Solid, Signal::Cpu),
            ],
        )
    }

    fn line(&self, key: &str, stroke: Stroke, points: Vec<(At, f64)>) -> Line {
        Line {
            label: t!(key, locale = self.locale()).into_owned(),
            stroke,
            points,
        }
    }

    /// A panel of the lines that have enough points; `None` where none has.
    fn panel(&self, title: &str, lines: [Line; 2]) -> Option<Panel> {
        let lines: Vec<Line> = lines
            .into_iter()
            .filter(|line| line.points.len() >= LEAST_POINTS)
            .collect();
        (!lines.is_empty()).then(|| Panel {
            title: t!(title, locale = self.locale()).into_owned(),
            lines,
        })
    }

    fn backlog_panel(&self, samples: &[Sample]) -> Option<Panel> {
        let points = readings(samples, Signal::Backlog);
        (points.len() >= LEAST_POINTS).then(|| Panel {
            title: t!("chart.backlog", locale = self.locale()).into_owned(),
            lines: vec![Line {
                label: String::new(),
                stroke: Stroke::Solid,
                points,
            }],
        })
    }

    fn rates_panel(&self, samples: &[Sample]) -> Option<Panel> {
        let left = |sample: &Sample| sample.values.get(&Signal::RecordsWritten).copied();
        self.panel(
            "chart.rates",
            [
                self.line("chart.in", Stroke::Dashed, rates(samples, arrived)),
                self.line("chart.out", Stroke::Solid, rates(samples, left)),
            ],
        )
    }

    /// What the picture shows, in words: each line from its beginning to its end.
    fn alt(&self, subject: &str, panels: &[Panel], changed_at: Option<At>) -> String {
        let locale = self.locale();
        let mut said = vec![t!("chart.alt", locale = locale, subject = subject).into_owned()];
        for panel in panels {
            for line in &panel.lines {
                let name = if line.label.is_empty() {
                    &panel.title
                } else {
                    &line.label
                };
                said.extend(self.alt_line(name, &line.points, changed_at));
            }
        }
        let marked = changed_at.map(|at| t!("chart.alt_mark", locale = locale, at = self.reader.clock(at)));
        said.extend(marked.map(Into::into));
        said.join(" ")
    }

    fn alt_line(&self, name: &str, points: &[(At, f64)], changed_at: Option<At>) -> Option<String> {
        let (locale, quantities) = (self.locale(), self.quantities());
        let (first, last) = (points.first()?.1, points.last()?.1);
        let before = changed_at.and_then(|at| points.iter().rev().find(|(when, _)| *when <= at));
        let said = match before {
            Some((_, before)) => t!(
                "chart.alt_line_changed",
                locale = locale,
                name = name,
                first = quantities.amount(first),
                before = quantities.amount(*before),
                last = quantities.amount(last)
            ),
            None => t!(
                "chart.alt_line",
                locale = locale,
                name = name,
                first = quantities.amount(first),
                last = quantities.amount(last)
            ),
        };
        Some(said.into_owned())
    }
}

fn readings(samples: &[Sample], signal: Signal) -> Vec<(At, f64)> {
    let read = samples
        .iter()
        .filter_map(|sample| Some((sample.at, *sample.values.get(&signal)?)));
    read.filter(|(_, value)| value.is_finite()).collect()
}

/// Records that have arrived: those read, and those that wait.
fn arrived(sample: &Sample) -> Option<f64> {
    let read = sample.values.get(&Signal::RecordsRead)?;
    let waiting = sample.values.get(&Signal::Backlog)?;
    Some(read + waiting)
}

/// How far apart two samples are whose difference is a rate, in ms: nearer ones only show the sampler's jitter.
const RATE_OVER: u64 = 4_000;

/// The change of a counter in a second, over spans of at least [`RATE_OVER`] within one attempt. A reading told again is no
/// change of 0: only when it lasts longer than Flink tells one again, nothing moved.
fn rates(samples: &[Sample], counter: impl Fn(&Sample) -> Option<f64>) -> Vec<(At, f64)> {
    let mut rates = Vec::new();
    let mut from: Option<(&Sample, f64)> = None;
    for sample in samples {
        let Some(count) = counter(sample) else { continue };
        let Some((earlier, before)) = from.filter(|(earlier, _)| earlier.attempt == sample.attempt) else {
            from = Some((sample, count));
            continue;
        };
        let span = sample.at.since(earlier.at);
        let is_told_again = count == before && span <= TOLD_AGAIN_FOR;
        if span.0 >= RATE_OVER && !is_told_again {
            rates.push((sample.at, ((count - before) / span.as_secs_f64()).max(0.0)));
            from = Some((sample, count));
        }
    }
    rates
}
