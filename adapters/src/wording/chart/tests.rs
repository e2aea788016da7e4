//! What a picture is, in numbers.

mod legible;

use commands::names::At;

use super::{Chart, Line, Mark, Panel, Stroke};
use crate::wording::Reader;

/// A backlog that grows until a change and then shrinks.
fn chart(points: usize) -> Chart {
    let start = 1_795_521_607_000;
    let at = |second: usize| At(start + 1_000 * second as i64);
    let points = (0..points)
        .map(|second| (at(second), 1_000.0 + 400.0 * second.min(20) as f64))
        .collect();
    Chart {
        alt: "Backlog of orders".to_owned(),
        panels: vec![Panel {
            title: "backlog, records".to_owned(),
            lines: vec![Line {
                label: String::new(),
                stroke: Stroke::Solid,
                points,
            }],
        }],
        mark: Some(Mark {
            at: at(20),
            label: "change".to_owned(),
        }),
        reader: Reader::new("en", None),
    }
}

#[test]
fn the_picture_is_a_png_of_800_by_400_and_always_the_same() {
    let png = chart(60).png().unwrap();
    assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!(png[16..24], [0, 0, 3, 32, 0, 0, 1, 144]);
    assert_eq!(png, chart(60).png().unwrap());
}

#[test]
fn what_differs_is_drawn_differently() {
    assert_ne!(chart(60).png().unwrap(), chart(40).png().unwrap());
}

#[test]
fn the_svg_says_its_title_and_marks_the_change() {
    let svg = chart(60).svg().unwrap();
    assert!(svg.contains("backlog, records"), "{svg}");
    assert!(svg.contains("change"), "{svg}");
}
