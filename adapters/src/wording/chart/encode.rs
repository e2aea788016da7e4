//! The drawn picture as bytes.

use std::sync::OnceLock;

use plotters::prelude::{BitMapBackend, IntoDrawingArea, SVGBackend};
use plotters::style::{FontStyle, register_font};

use super::draw::{COLOURS, draw};
use super::{Chart, NotDrawn};

/// Width and height, in pixels.
pub const SIZE: (u32, u32) = (800, 400);

/// The one font of every chart (see `font/README.md`).
const FONT: &[u8] = include_bytes!("font/DejaVuSans.ttf");

impl Chart {
    /// As PNG, 800 x 400. It has a background of its own, so that it reads the same on light and dark.
    ///
    /// # Errors
    /// [`NotDrawn`] where there is nothing to draw.
    pub fn png(&self) -> Result<Vec<u8>, NotDrawn> {
        with_font()?;
        let (width, height) = SIZE;
        let mut pixels = vec![0; (width * height * 3) as usize];
        draw(
            self,
            &BitMapBackend::with_buffer(&mut pixels, SIZE).into_drawing_area(),
        )?;
        compressed(&pixels)
    }

    /// As SVG of the same size, which follows its reader's light or dark.
    ///
    /// # Errors
    /// [`NotDrawn`] where there is nothing to draw.
    pub fn svg(&self) -> Result<String, NotDrawn> {
        with_font()?;
        let mut svg = String::new();
        draw(self, &SVGBackend::with_string(&mut svg, SIZE).into_drawing_area())?;
        Ok(in_both_schemes(&svg))
    }
}

fn with_font() -> Result<(), NotDrawn> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let registered = REGISTERED.get_or_init(|| register_font("sans-serif", FontStyle::Normal, FONT).is_ok());
    registered
        .then_some(())
        .ok_or_else(|| NotDrawn::because("the font cannot be read"))
}

fn compressed(pixels: &[u8]) -> Result<Vec<u8>, NotDrawn> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE.0, SIZE.1);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().map_err(NotDrawn::because)?;
    writer.write_image_data(pixels).map_err(NotDrawn::because)?;
    writer.finish().map_err(NotDrawn::because)?;
    Ok(bytes)
}

/// Each colour of the light scheme is replaced by its dark counterpart where the reader prefers dark.
fn in_both_schemes(svg: &str) -> String {
    let rules: String = COLOURS
        .iter()
        .map(|(light, dark)| {
            let light = format!("#{:02X}{:02X}{:02X}", light.0, light.1, light.2);
            let dark = format!("#{:02X}{:02X}{:02X}", dark.0, dark.1, dark.2);
            format!("[fill=\"{light}\"]{{fill:{dark}}}[stroke=\"{light}\"]{{stroke:{dark}}}")
        })
        .collect();
    let style = format!("<style>@media(prefers-color-scheme:dark){{{rules}}}</style>");
    match svg.split_once('>') {
        Some((head, rest)) => format!("{head}>{style}{rest}"),
        None => svg.to_owned(),
    }
}
