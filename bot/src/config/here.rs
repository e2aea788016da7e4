//! A place in the configuration while its meaning is checked: where it was written, and how to say that it is wrong.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path as FilePath, PathBuf};

use commands::names::{Millis, Misnamed, Place};
use url::Url;

use super::mistakes::{Mistake, Origin};
use super::path::Path;
use super::shape::{near, one_of, shown};
use super::tree::{Node, Value};

/// What is the same at every place.
#[derive(Debug)]
pub struct Ground<'t> {
    /// The whole tree.
    pub tree: &'t Node,
    /// The folder that relative paths are relative to.
    pub folder: &'t FilePath,
    /// Whether only loopback addresses may be named.
    pub demo: bool,
    /// What was found wrong.
    pub mistakes: RefCell<Vec<Mistake>>,
}

/// A place in the configuration.
#[derive(Debug, Clone)]
pub struct Here<'t> {
    ground: &'t Ground<'t>,
    path: Path,
    node: Option<&'t Node>,
    /// Of the value, else of the nearest thing around it.
    origin: &'t Origin,
}

impl<'t> Here<'t> {
    /// The top.
    pub fn top(ground: &'t Ground<'t>) -> Self {
        Self {
            ground,
            path: Path::default(),
            node: Some(ground.tree),
            origin: &Origin::START,
        }
    }

    /// The value of a key in here.
    pub fn key(&self, name: &str) -> Here<'t> {
        let entry = match self.node.map(|node| &node.value) {
            Some(Value::Map(entries)) => entries.iter().find(|(key, _)| key.name == name),
            _ => None,
        };
        Here {
            ground: self.ground,
            path: self.path.key(name),
            node: entry.map(|(_, node)| node),
            // A map is spoken of where its key stands, anything else where it stands itself.
            origin: entry.map_or(self.origin, |(key, node)| match node.value {
                Value::Map(_) | Value::Empty => &key.origin,
                _ => &node.origin,
            }),
        }
    }

    /// An item in here.
    pub fn item(&self, index: usize) -> Here<'t> {
        let item = match self.node.map(|node| &node.value) {
            Some(Value::List(items)) => items.get(index),
            _ => None,
        };
        Here {
            ground: self.ground,
            path: self.path.item(index),
            node: item,
            origin: item.map_or(self.origin, |item| &item.origin),
        }
    }

    /// The right items of a list in here, each with its place.
    pub fn items<T>(&self, list: Option<Vec<Option<T>>>) -> Vec<(Here<'t>, T)> {
        let items = list.unwrap_or_default().into_iter().enumerate();
        items
            .filter_map(|(index, item)| Some((self.item(index), item?)))
            .collect()
    }

    /// The right entries of a map in here, in the order of the file, each with its key and its place.
    pub fn entries<T>(&self, mut map: BTreeMap<String, T>) -> Vec<(Here<'t>, &'t str, T)> {
        let names = self.names().into_iter();
        names
            .filter_map(|name| Some((self.key(name), name, map.remove(name)?)))
            .collect()
    }

    /// The keys that were written in here, right or not.
    pub fn names(&self) -> Vec<&'t str> {
        match self.node.map(|node| &node.value) {
            Some(Value::Map(entries)) => entries.iter().map(|(key, _)| key.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether anything was written here.
    pub fn is_written(&self) -> bool {
        self.node.is_some()
    }

    /// Whether only loopback addresses may be named.
    pub fn demo(&self) -> bool {
        self.ground.demo
    }

    /// The way to here.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Records a mistake.
    pub fn wrong(&self, wrong: impl Into<String>, instead: impl Into<String>) {
        self.ground.mistakes.borrow_mut().push(Mistake {
            origin: self.origin.clone(),
            path: self.path.to_string(),
            wrong: wrong.into(),
            instead: instead.into(),
        });
    }

    /// The value of a key that must be there. What was written and is wrong was told already.
    pub fn required<T>(&self, name: &str, value: Option<T>, example: &str) -> Option<T> {
        let here = self.key(name);
        if value.is_none() && !here.is_written() {
            here.wrong("is missing", format!("`{name}: {example}`"));
        }
        value
    }

    /// A name by its parser.
    pub fn name<T>(&self, text: &str, parse: impl Fn(&str) -> Result<T, Misnamed>) -> Option<T> {
        parse(text)
            .map_err(|Misnamed { what, must }| {
                self.wrong(format!("`{}` is not a {what}", shown(text)), must);
            })
            .ok()
    }

    /// One of the names that are known; anything else is a mistake.
    pub fn known(&self, text: &str, what: &str, known: &[&str]) -> bool {
        if known.contains(&text) {
            return true;
        }
        let instead = match (near(text, known.iter().copied()), known) {
            (Some(meant), _) => meant.to_owned(),
            (None, []) => format!("a {what} that is defined"),
            (None, known) => one_of(known),
        };
        self.wrong(format!("there is no {what} `{}`", shown(text)), instead);
        false
    }

    /// A channel.
    pub fn place(&self, text: &str) -> Option<Place> {
        self.name(text, Place::parse)
    }

    /// A path, relative to the file of the configuration.
    pub fn file(&self, text: &str) -> Option<PathBuf> {
        if text.is_empty() {
            self.wrong("is empty", "a path");
            return None;
        }
        Some(self.ground.folder.join(text))
    }

    /// A span of time between two bounds.
    pub fn span(&self, text: &str, from: Millis, to: Millis) -> Option<Millis> {
        match parse_span(text) {
            Some(span) if (from..=to).contains(&span) => Some(span),
            Some(_) => {
                let bounds = format!("{} to {}", say_span(from), say_span(to));
                self.wrong(format!("`{}` is out of bounds", shown(text)), bounds);
                None
            }
            None => {
                let wrong = format!("`{}` is not a span of time", shown(text));
                self.wrong(wrong, "a whole number and ms, s, m, h or d, such as 30m,");
                None
            }
        }
    }

    /// An amount of memory in bytes.
    pub fn size(&self, text: &str) -> Option<u64> {
        let size = parse_size(text);
        if size.is_none() {
            let wrong = format!("`{}` is not an amount of memory", shown(text));
            self.wrong(wrong, "a whole number and k, m or g, such as 1728m,");
        }
        size
    }

    /// A base URL; in demo mode one on loopback.
    pub fn url(&self, text: &str, example: &str) -> Option<Url> {
        let url = Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let Some(url) = url else {
            self.wrong(format!("`{}` is not an http or https URL", shown(text)), example);
            return None;
        };
        if !url.username().is_empty() || url.password().is_some() {
            self.wrong(
                "holds a user or password",
                format!("a URL without them, such as {example},"),
            );
            return None;
        }
        if url.query().is_some() || url.fragment().is_some() {
            self.wrong("is a base URL and takes no `?` or `#`", example);
            return None;
        }
        if self.demo() && !is_loopback(&url) {
            self.wrong(
                "is not on loopback, which demo mode demands",
                "an address of this machine, such as http://127.0.0.1:8081,",
            );
            return None;
        }
        Some(url)
    }

    /// An address to listen on; in demo mode one on loopback.
    pub fn address(&self, text: &str, example: &str) -> Option<SocketAddr> {
        let numeric = match text.strip_prefix("localhost:") {
            Some(port) => port
                .parse()
                .ok()
                .map(|port| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)),
            None => text.parse().ok(),
        };
        let Some(address) = numeric else {
            let wrong = format!("`{}` is not an address and a port", shown(text));
            self.wrong(wrong, example);
            return None;
        };
        if self.demo() && !address.ip().is_loopback() {
            let instead = format!("127.0.0.1:{}", address.port());
            self.wrong("is not on loopback, which demo mode demands", instead);
            return None;
        }
        Some(address)
    }
}

/// Whether a URL's host is 127.0.0.0/8, `[::1]` or `localhost`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(url::Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    Some((number.parse().ok()?, unit.trim_start()))
}

fn parse_span(text: &str) -> Option<Millis> {
    let (number, unit) = number_and_unit(text)?;
    let unit: u64 = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(unit).map(Millis)
}

fn parse_size(text: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(text)?;
    let unit: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(unit)
}

fn say_span(span: Millis) -> impl Display {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
    let whole = units
        .into_iter()
        .find(|(unit, _)| span.0 >= *unit && span.0.is_multiple_of(*unit));
    match whole {
        Some((unit, letter)) => format!("{}{letter}", span.0 / unit),
        None => format!("{}ms", span.0),
    }
}
