//! Whether a picture can be read: contrast by WCAG 2.2, and sizes where a phone shows 360 of the 800 pixels.

use plotters::style::RGBColor;

use super::super::draw::{
    COLOURS, DASHED, GRID, GRID_WIDTH, INK, LETTERS, MARK, MARK_WIDTH, PAPER, SERIES_WIDTH, SOLID, VALUES,
};
use super::super::encode::SIZE;
use super::chart;

/// How wide a phone shows the picture, CSS pixels.
const PHONE: f64 = 360.0;

/// Relative luminance (<https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>).
fn luminance(colour: RGBColor) -> f64 {
    let channel = |value: u8| {
        let share = f64::from(value) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(colour.0) + 0.7152 * channel(colour.1) + 0.0722 * channel(colour.2)
}

fn contrast(one: RGBColor, other: RGBColor) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn dark(light: RGBColor) -> RGBColor {
    let found = COLOURS.iter().find(|(colour, _)| *colour == light);
    found.unwrap().1
}

#[test]
fn letters_and_lines_stand_out_on_light_and_on_dark() {
    for (colour, least) in [(INK, 7.0), (SOLID, 4.5), (DASHED, 4.5), (MARK, 4.5), (GRID, 1.3)] {
        let (on_light, on_dark) = (contrast(colour, PAPER), contrast(dark(colour), dark(PAPER)));
        assert!(
            on_light >= least,
            "{colour:?} on light: {on_light:.1}, not {least}"
        );
        assert!(on_dark >= least, "{colour:?} on dark: {on_dark:.1}, not {least}");
    }
}

#[test]
fn the_contrast_is_measured_as_wcag_does() {
    let (black, white, grey) = (
        RGBColor(0, 0, 0),
        RGBColor(255, 255, 255),
        RGBColor(0x77, 0x77, 0x77),
    );
    assert_eq!(format!("{:.2}", contrast(black, white)), "21.00");
    assert_eq!(format!("{:.2}", contrast(white, grey)), "4.48");
}

#[test]
fn on_a_phone_letters_are_eleven_pixels_high_and_lines_wider_than_one() {
    let shown = |pixels: u32| f64::from(pixels) * PHONE / f64::from(SIZE.0);
    // The font's ascent and descent are 1.164 of its em.
    assert!(shown(LETTERS) / 1.164 >= 11.0);
    for (width, least) in [(SERIES_WIDTH, 1.5), (MARK_WIDTH, 1.5), (GRID_WIDTH, 0.9)] {
        assert!(shown(width) >= least, "{width} is {} on a phone", shown(width));
    }
}

/// The picture's pixels, row by row.
struct Pixels(Vec<u8>);

impl Pixels {
    fn of(png: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut bytes).unwrap();
        Self(bytes)
    }

    fn at(&self, x: u32, y: u32) -> RGBColor {
        let place = ((y * SIZE.0 + x) * 3) as usize;
        RGBColor(self.0[place], self.0[place + 1], self.0[place + 2])
    }

    /// The rows in which something of a colour stands between two columns, joined where they touch: first and last.
    fn bands(&self, colour: RGBColor, columns: std::ops::Range<u32>) -> Vec<(u32, u32)> {
        let rows = (0..SIZE.1).filter(|y| columns.clone().any(|x| self.at(x, *y) == colour));
        let mut bands: Vec<(u32, u32)> = Vec::new();
        for y in rows {
            match bands.last_mut() {
                Some((_, last)) if *last + 1 == y => *last = y,
                _ => bands.push((y, y)),
            }
        }
        bands
    }
}

#[test]
fn each_value_stands_beside_its_line() {
    let pixels = Pixels::of(&chart(60).png().unwrap());
    let middle = |(first, last): &(u32, u32)| f64::from(first + last) / 2.0;
    // A column just right of the axis, and the letters left of it; the title stands above.
    let beside_axis = VALUES + 3..VALUES + 4;
    let lines: Vec<f64> = [GRID, MARK]
        .iter()
        .flat_map(|colour| pixels.bands(*colour, beside_axis.clone()))
        .map(|band| middle(&band))
        .collect();
    let values: Vec<(u32, u32)> = pixels.bands(INK, 0..VALUES - 6);
    assert!(lines.len() >= 3, "{lines:?}");
    for line in lines {
        let beside = values.iter().find(|value| (middle(value) - line).abs() <= 3.0);
        assert!(beside.is_some(), "no value beside the line at {line}: {values:?}");
    }
}

#[test]
fn the_line_is_as_wide_as_it_is_said_to_be() {
    let pixels = Pixels::of(&chart(60).png().unwrap());
    // After the change the line runs level.
    let bands = pixels.bands(SOLID, SIZE.0 - 60..SIZE.0 - 59);
    assert!(
        bands.iter().any(|(first, last)| last - first + 1 >= SERIES_WIDTH),
        "{bands:?}"
    );
}
