//! Axes: where they begin and end, and which of their values are written.

use commands::names::{At, Millis};

use super::Chart;

/// A vertical axis from 0 to `top`, with a line at each multiple of `step`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vertical {
    pub top: f64,
    pub step: f64,
}

impl Vertical {
    /// The axis for these values: two or three round steps, none of them below the greatest value.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let most = values.fold(0.0_f64, f64::max).max(1.0);
        let step = round_up(most / 2.0);
        Self {
            top: step * (most / step).ceil(),
            step,
        }
    }

    /// The values at which lines stand.
    pub fn lines(self) -> Vec<f64> {
        let count = (self.top / self.step).round() as u32;
        (0..=count).map(|n| f64::from(n) * self.step).collect()
    }
}

/// The next number up of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 times a power of ten.
fn round_up(number: f64) -> f64 {
    let power = 10_f64.powf(number.log10().floor());
    let steps = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let fits = steps.iter().find(|step| *step * power >= number * 0.999_999);
    fits.unwrap_or(&10.0) * power
}

/// Spans between written times, ms: from five seconds to a day.
const TIME_STEPS: [u64; 15] = [
    5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000,
    7_200_000, 14_400_000, 43_200_000, 86_400_000,
];
/// The most times that are written below a chart.
const MOST_TIMES: u64 = 4;

/// A horizontal axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Horizontal {
    pub from: At,
    pub to: At,
    pub step: Millis,
}

impl Horizontal {
    /// From the chart's first point to its last.
    pub fn of(chart: &Chart) -> Option<Self> {
        let lines = chart.panels.iter().flat_map(|panel| &panel.lines);
        let times = || lines.clone().flat_map(|line| &line.points).map(|(at, _)| *at);
        let (from, to) = (times().min()?, times().max()?);
        let span = to.since(from).0;
        let step = TIME_STEPS.into_iter().find(|step| span / step <= MOST_TIMES);
        let step = Millis(step.unwrap_or(span / MOST_TIMES).max(1));
        (to > from).then_some(Self { from, to, step })
    }

    /// The times that are written: multiples of the step.
    pub fn times(self) -> Vec<At> {
        let step = i64::try_from(self.step.0).unwrap_or(i64::MAX);
        let first = self.from.0.div_euclid(step) + i64::from(self.from.0.rem_euclid(step) > 0);
        let last = self.to.0.div_euclid(step);
        (first..=last).map(|n| At(n * step)).collect()
    }

    /// Whether times are written to the second.
    pub fn in_seconds(self) -> bool {
        self.step.0 < 60_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vertical_axis_has_round_steps_and_covers_every_value() {
        for (most, lines) in [
            (1_204_000.0, vec![0.0, 800_000.0, 1_600_000.0]),
            (1_790.0, vec![0.0, 1_000.0, 2_000.0]),
            (0.0, vec![0.0, 0.5, 1.0]),
            (450.0, vec![0.0, 250.0, 500.0]),
        ] {
            assert_eq!(Vertical::of([most].into_iter()).lines(), lines, "for {most}");
        }
    }

    #[test]
    fn times_are_written_at_round_instants() {
        let axis = Horizontal {
            from: At(61_000),
            to: At(661_000),
            step: Millis::minutes(2),
        };
        assert_eq!(
            axis.times(),
            [120_000, 240_000, 360_000, 480_000, 600_000].map(At)
        );
    }
}
