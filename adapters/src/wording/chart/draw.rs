//! Drawing: the same strokes on pixels and in SVG.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::{
    Cartesian2d, ChartBuilder, ChartContext, DrawingArea, DrawingBackend, PathElement, Text,
};
use plotters::series::{DashedLineSeries, LineSeries};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, IntoFont as _, RGBColor, ShapeStyle, TextStyle};

use super::scale::{Horizontal, Vertical};
use super::{Chart, Line, Panel, Stroke};
use crate::wording::Quantities;
use commands::names::{At, Millis};

pub(super) const PAPER: RGBColor = RGBColor(0xFC, 0xFC, 0xFB);
pub(super) const INK: RGBColor = RGBColor(0x1F, 0x24, 0x2B);
pub(super) const GRID: RGBColor = RGBColor(0xD5, 0xD9, 0xDE);
pub(super) const SOLID: RGBColor = RGBColor(0x0B, 0x5C, 0xAD);
pub(super) const DASHED: RGBColor = RGBColor(0xB3, 0x47, 0x00);
pub(super) const MARK: RGBColor = RGBColor(0x5B, 0x62, 0x6B);

/// Each colour, and its counterpart on a dark background.
pub(super) const COLOURS: [(RGBColor, RGBColor); 6] = [
    (PAPER, RGBColor(0x1B, 0x1E, 0x23)),
    (INK, RGBColor(0xE8, 0xEA, 0xED)),
    (GRID, RGBColor(0x3A, 0x40, 0x48)),
    (SOLID, RGBColor(0x6C, 0xB4, 0xFF)),
    (DASHED, RGBColor(0xFF, 0xA3, 0x5C)),
    (MARK, RGBColor(0xA7, 0xAE, 0xB8)),
];

/// The size of letters, in pixels; their em is 25 of them, eleven where a phone shows the picture 360 wide.
pub(super) const LETTERS: u32 = 30;
/// How wide what is measured is drawn, what marks an instant, and what helps the eye; on a phone less than half of it.
pub(super) const SERIES_WIDTH: u32 = 4;
pub(super) const MARK_WIDTH: u32 = 4;
pub(super) const GRID_WIDTH: u32 = 2;
/// Room to the left for values, below for times, above for a panel's title.
pub(super) const VALUES: u32 = 116;
const TIMES: u32 = 42;
const TITLE: u32 = 52;
/// Letters that are centred come to stand this high above the middle, in pixels: 6 as PNG, 2 as SVG.
const RAISED: i32 = 4;
/// The middle of a panel's title, from the panel's top.
const TITLE_MIDDLE: i32 = 24;
/// Room to the right, so that the last time fits.
const RIGHT: u32 = 28;

/// The picture could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("the chart cannot be drawn: {0}")]
pub struct NotDrawn(String);

impl NotDrawn {
    pub(super) fn because(why: impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

type Area<DB> = DrawingArea<DB, Shift>;
type Plot<'a, DB> = ChartContext<'a, DB, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

pub(super) fn draw<DB: DrawingBackend>(chart: &Chart, root: &Area<DB>) -> Result<(), NotDrawn> {
    let axis = Horizontal::of(chart).ok_or_else(|| NotDrawn::because("it has no points"))?;
    root.fill(&PAPER).map_err(NotDrawn::because)?;
    let (_, height) = root.dim_in_pixel();
    let each = (height - TIMES) / u32::try_from(chart.panels.len().max(1)).unwrap_or(1);
    let mut rest = root.clone();
    for (number, panel) in chart.panels.iter().enumerate() {
        let is_last = number + 1 == chart.panels.len();
        let (area, below) = if is_last {
            (rest.clone(), rest.clone())
        } else {
            rest.split_vertically(each)
        };
        Drawing {
            chart,
            axis,
            area: &area,
        }
        .panel(panel, number == 0, is_last)?;
        rest = below;
    }
    root.present().map_err(NotDrawn::because)
}

/// One panel being drawn.
struct Drawing<'a, DB: DrawingBackend> {
    chart: &'a Chart,
    axis: Horizontal,
    area: &'a Area<DB>,
}

impl<DB: DrawingBackend> Drawing<'_, DB> {
    fn panel(&self, panel: &Panel, is_first: bool, is_last: bool) -> Result<(), NotDrawn> {
        self.title(panel, is_first)?;
        let values = panel
            .lines
            .iter()
            .flat_map(|line| &line.points)
            .map(|(_, value)| *value);
        let vertical = Vertical::of(values);
        let mut plot = ChartBuilder::on(self.area)
            .margin_top(TITLE)
            .margin_right(RIGHT)
            .y_label_area_size(VALUES)
            .x_label_area_size(if is_last { TIMES } else { 6 })
            .build_cartesian_2d(0.0..self.seconds(self.axis.to), 0.0..vertical.top)
            .map_err(NotDrawn::because)?;
        self.grid(&mut plot, vertical)?;
        self.values(&plot, vertical)?;
        if is_last {
            self.times(&plot)?;
        }
        self.mark(&mut plot, vertical)?;
        for line in &panel.lines {
            for stretch in stretches(&line.points) {
                self.line(&mut plot, line, stretch)?;
            }
        }
        Ok(())
    }

    /// What the panel shows, a sample of each named line and, on the first, of the mark.
    fn title(&self, panel: &Panel, is_first: bool) -> Result<(), NotDrawn> {
        self.text(&panel.title, (8, TITLE_MIDDLE), (HPos::Left, VPos::Center))?;
        let mut right = self.right();
        if let Some(mark) = self.chart.mark.as_ref().filter(|_| is_first) {
            right = self.sample(&mark.label, Sample::Mark, right)?;
        }
        for line in panel.lines.iter().rev().filter(|line| !line.label.is_empty()) {
            right = self.sample(&line.label, Sample::Line(line.stroke), right)?;
        }
        Ok(())
    }

    /// A name with a sample of its stroke before it, ending at `right`; where the next one must end.
    fn sample(&self, label: &str, sample: Sample, right: i32) -> Result<i32, NotDrawn> {
        let (width, _) = self
            .area
            .estimate_text_size(label, &letters())
            .map_err(NotDrawn::because)?;
        self.text(label, (right, TITLE_MIDDLE), (HPos::Right, VPos::Center))?;
        let end = right - i32::try_from(width).unwrap_or(0) - 10;
        let middle = TITLE_MIDDLE;
        let begin = match sample {
            Sample::Line(stroke) => {
                let begin = end - 48;
                self.stroke([(begin, middle), (end, middle)], stroke)?;
                begin
            }
            Sample::Mark => {
                let at = end - 4;
                let style = ShapeStyle::from(&MARK).stroke_width(MARK_WIDTH);
                for top in [middle - 16, middle - 4, middle + 8] {
                    self.path(vec![(at, top), (at, top + 7)], style)?;
                }
                at
            }
        };
        Ok(begin - 26)
    }

    fn stroke(&self, [from, to]: [(i32, i32); 2], stroke: Stroke) -> Result<(), NotDrawn> {
        let style = style(stroke);
        match stroke {
            Stroke::Solid => self.path(vec![from, to], style),
            Stroke::Dashed => {
                let mut dashes = (from.0..to.0).step_by(18);
                dashes.try_for_each(|x| self.path(vec![(x, from.1), ((x + 12).min(to.0), to.1)], style))
            }
        }
    }

    fn grid(&self, plot: &mut Plot<'_, DB>, vertical: Vertical) -> Result<(), NotDrawn> {
        let end = self.seconds(self.axis.to);
        for value in vertical.lines() {
            let colour = if value > 0.0 { GRID } else { MARK };
            let line = [(0.0, value), (end, value)];
            let series = LineSeries::new(line, ShapeStyle::from(&colour).stroke_width(GRID_WIDTH));
            plot.draw_series(series).map_err(NotDrawn::because)?;
        }
        Ok(())
    }

    fn values(&self, plot: &Plot<'_, DB>, vertical: Vertical) -> Result<(), NotDrawn> {
        let quantities = Quantities {
            locale: &self.chart.reader.locale,
        };
        for value in vertical.lines() {
            let (_, y) = self.within(plot.backend_coord(&(0.0, value)));
            let x = i32::try_from(VALUES).unwrap_or(0) - 10;
            self.text(&quantities.amount(value), (x, y), (HPos::Right, VPos::Center))?;
        }
        Ok(())
    }

    fn times(&self, plot: &Plot<'_, DB>) -> Result<(), NotDrawn> {
        for at in self.axis.times() {
            let (x, y) = self.within(plot.backend_coord(&(self.seconds(at), 0.0)));
            self.path(
                vec![(x, y), (x, y + 6)],
                ShapeStyle::from(&MARK).stroke_width(GRID_WIDTH),
            )?;
            let clock = self.chart.reader.clock(at);
            let shown = if self.axis.in_seconds() {
                clock.as_str()
            } else {
                &clock[..clock.len().min(5)]
            };
            self.text(shown, (x, y + 9), (HPos::Center, VPos::Top))?;
        }
        Ok(())
    }

    fn mark(&self, plot: &mut Plot<'_, DB>, vertical: Vertical) -> Result<(), NotDrawn> {
        let Some(mark) = &self.chart.mark else {
            return Ok(());
        };
        if mark.at < self.axis.from || mark.at > self.axis.to {
            return Ok(());
        }
        let x = self.seconds(mark.at);
        let line = [(x, 0.0), (x, vertical.top)];
        let series = DashedLineSeries::new(line, 6, 5, ShapeStyle::from(&MARK).stroke_width(MARK_WIDTH));
        plot.draw_series(series).map(|_| ()).map_err(NotDrawn::because)
    }

    fn line(&self, plot: &mut Plot<'_, DB>, line: &Line, points: &[(At, f64)]) -> Result<(), NotDrawn> {
        let points: Vec<(f64, f64)> = points
            .iter()
            .map(|(at, value)| (self.seconds(*at), *value))
            .collect();
        let style = style(line.stroke);
        let drawn = match line.stroke {
            Stroke::Solid => plot.draw_series(LineSeries::new(points, style)).map(|_| ()),
            Stroke::Dashed => plot
                .draw_series(DashedLineSeries::new(points, 12, 7, style))
                .map(|_| ()),
        };
        drawn.map_err(NotDrawn::because)
    }

    fn text(&self, text: &str, at: (i32, i32), (across, down): (HPos, VPos)) -> Result<(), NotDrawn> {
        let lowered = if matches!(down, VPos::Center) { RAISED } else { 0 };
        let at = (at.0, at.1 + lowered);
        let style = letters().pos(Pos::new(across, down));
        self.area
            .draw(&Text::new(text.to_owned(), at, style))
            .map_err(NotDrawn::because)
    }

    fn path(&self, points: Vec<(i32, i32)>, style: ShapeStyle) -> Result<(), NotDrawn> {
        self.area
            .draw(&PathElement::new(points, style))
            .map_err(NotDrawn::because)
    }

    /// Seconds since the beginning of the axis.
    fn seconds(&self, at: At) -> f64 {
        at.since(self.axis.from).as_secs_f64()
    }

    /// A pixel of the picture as a pixel of this panel.
    fn within(&self, (x, y): (i32, i32)) -> (i32, i32) {
        let (left, top) = self.area.get_base_pixel();
        (x - left, y - top)
    }

    fn right(&self) -> i32 {
        let (width, _) = self.area.dim_in_pixel();
        i32::try_from(width.saturating_sub(RIGHT)).unwrap_or(i32::MAX)
    }
}

/// What a sample in a title stands for.
#[derive(Clone, Copy)]
enum Sample {
    Line(Stroke),
    Mark,
}

fn letters() -> TextStyle<'static> {
    TextStyle::from(("sans-serif", LETTERS).into_font()).color(&INK)
}

fn style(stroke: Stroke) -> ShapeStyle {
    let colour = match stroke {
        Stroke::Solid => SOLID,
        Stroke::Dashed => DASHED,
    };
    colour.stroke_width(SERIES_WIDTH)
}

/// A line is broken where no point stands for longer than this many usual distances: nothing was measured there.
const GAP: u64 = 3;

/// The stretches of a line between gaps, each of at least two points.
fn stretches(points: &[(At, f64)]) -> impl Iterator<Item = &[(At, f64)]> {
    let usual = usual_distance(points);
    points
        .chunk_by(move |(one, _), (next, _)| next.since(*one).0 <= usual.0.saturating_mul(GAP))
        .filter(|stretch| stretch.len() > 1)
}

fn usual_distance(points: &[(At, f64)]) -> Millis {
    let mut distances: Vec<Millis> = points.windows(2).map(|two| two[1].0.since(two[0].0)).collect();
    distances.sort_unstable();
    distances.get(distances.len() / 2).copied().unwrap_or_default()
}
