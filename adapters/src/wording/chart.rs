//! The picture of a change: lines over time, drawn as PNG for chats and as SVG for the page.
//!
//! A picture adds to the text and never replaces it. Lines differ by stroke and label as well as colour, and letters are
//! large enough to be read on a phone, where the 800 pixels are shown as 360.

mod draw;
mod encode;
mod scale;
#[cfg(test)]
mod tests;

use commands::names::At;

pub use draw::NotDrawn;

use super::Reader;

/// Lines over time, and what was done when.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What the picture shows, for who cannot see it.
    pub alt: String,
    /// One above the other, on one time axis; at most two.
    pub panels: Vec<Panel>,
    /// When the change was made.
    pub mark: Option<Mark>,
    /// Whose numbers and clock are used.
    pub reader: Reader,
}

/// An instant to be marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: At,
    /// What stands beside it.
    pub label: String,
}

/// Lines that share one vertical axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// What it shows, with its unit.
    pub title: String,
    /// Its lines, at most two.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its name, where the panel's title does not say it.
    pub label: String,
    /// How it is drawn.
    pub stroke: Stroke,
    /// Its points, oldest first.
    pub points: Vec<(At, f64)>,
}

/// How a line is drawn, so that it is known without its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// Without a break.
    Solid,
    /// In dashes.
    Dashed,
}
