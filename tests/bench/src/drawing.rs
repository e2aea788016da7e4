//! How long a chart takes to draw.

use std::time::Instant;

use adapters::wording::Reader;
use adapters::wording::chart::{Chart, Line, Mark, Panel, Stroke};
use commands::names::At;

use crate::Failure;
use crate::table::{Row, ms, percentile};

const POINTS: i64 = 240;
const TIMES: usize = 200;

/// PNG, 800x400, two lines of 240 points.
///
/// # Errors
/// Where it cannot be drawn.
pub fn drawing() -> Result<Row, Failure> {
    let chart = chart();
    chart.png()?;
    let mut took = Vec::with_capacity(TIMES);
    let mut bytes = 0;
    for _ in 0..TIMES {
        let began = Instant::now();
        bytes = chart.png()?.len();
        took.push(began.elapsed());
    }
    took.sort_unstable();
    Ok(Row {
        what: "chart, PNG 800x400, 2 lines of 240 points".to_owned(),
        measured: format!(
            "p50 {}, p99 {}, {} kB",
            ms(percentile(&took, 50)),
            ms(percentile(&took, 99)),
            bytes / 1000
        ),
        budget: "3 ms",
    })
}

fn chart() -> Chart {
    let begin = 1_700_000_000_000;
    let points = |scale: f64| {
        let value = |n: i64| scale * (1.0 + (n as f64 / 15.0).sin() / 3.0) * n as f64;
        (0..POINTS).map(|n| (At(begin + n * 2_500), value(n))).collect()
    };
    let line = |label: &str, stroke, scale| Line {
        label: label.to_owned(),
        stroke,
        points: points(scale),
    };
    let panel = |title: &str, line| Panel {
        title: title.to_owned(),
        lines: vec![line],
    };
    Chart {
        alt: String::new(),
        panels: vec![
            panel("backlog, records", line("backlog", Stroke::Solid, 5_000.0)),
            panel("out, records/s", line("out", Stroke::Dashed, 8.0)),
        ],
        mark: Some(Mark {
            at: At(begin + POINTS * 1_250),
            label: "parallelism 1 -> 4".to_owned(),
        }),
        reader: Reader::new("en", None),
    }
}
