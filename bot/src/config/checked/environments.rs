//! Environments: where Flink answers, and how TaskManagers are started there.

use std::collections::BTreeMap;

use adapters::platforms::standalone::launcher;
use adapters::platforms::standalone::memory::Parts;
use approvals::site::Windows;
use commands::names::{Environment as Name, Millis, Place};
use url::Url;

use super::super::here::{Here, is_loopback};
use super::super::raw;

const FLINK_URL: &str = "http://127.0.0.1:8081";
/// More TaskManagers on one host, or slots on one, are a typing mistake.
const COUNT_MAX: u32 = 1024;

/// A place where Flink runs, on platform `standalone`.
#[derive(Debug, Clone, PartialEq)]
pub struct Environment {
    /// Base URL of Flink's REST API.
    pub flink_url: Url,
    /// How TaskManagers are started on this host; `None`: they are not.
    pub launcher: Option<launcher::Config>,
    /// Channels whose default environment this is.
    pub channels: Vec<Place>,
    /// What is compared before and after a change.
    pub windows: Windows,
}

/// Checks `environments`.
pub fn check(raw: Option<BTreeMap<String, raw::Environment>>, top: &Here<'_>) -> BTreeMap<Name, Environment> {
    let here = top.key("environments");
    let example = "{ shop: { platform: standalone, flink_url: http://127.0.0.1:8081 } }";
    let raw = top.required("environments", raw, example).unwrap_or_default();
    let mut owners = BTreeMap::new();
    let mut environments = BTreeMap::new();
    for (here, key, raw) in here.entries(raw) {
        let name = here.name(key, Name::parse);
        let environment = environment(raw, &here, key, &mut owners);
        environments.extend(name.zip(environment));
    }
    environments
}

fn environment(
    raw: raw::Environment,
    here: &Here<'_>,
    name: &str,
    owners: &mut BTreeMap<Place, String>,
) -> Option<Environment> {
    let platform = here.required("platform", raw.platform, "standalone");
    let flink_url = match platform {
        Some(raw::Platform::Standalone) => here.required("flink_url", raw.flink_url, FLINK_URL),
        Some(other) => {
            let wrong = format!("platform {} is not in this version", word(other));
            here.key("platform").wrong(wrong, "standalone");
            raw.flink_url
        }
        None => raw.flink_url,
    };
    let flink_url = flink_url.and_then(|url| here.key("flink_url").url(&url, FLINK_URL));
    let launcher = raw
        .launcher
        .map(|raw| launcher(raw, &here.key("launcher"), flink_url.as_ref()));
    let channels = here.key("channels").items(raw.channels).into_iter();
    let channels = channels
        .filter_map(|(here, text)| {
            let place = here.place(&text)?;
            let owner = owners.entry(place.clone()).or_insert_with(|| name.to_owned());
            if owner != name {
                here.wrong(
                    format!("is a channel of {owner} already"),
                    "each channel in one environment",
                );
            }
            Some(place)
        })
        .collect();
    let windows = windows(raw.windows.unwrap_or_default(), &here.key("windows"));
    Some(Environment {
        flink_url: flink_url?,
        // A launcher with mistakes is no launcher; the mistakes were told.
        launcher: launcher.flatten(),
        channels,
        windows: windows?,
    })
}

fn word(platform: raw::Platform) -> &'static str {
    match platform {
        raw::Platform::Kubernetes => "kubernetes",
        raw::Platform::Cmf => "cmf",
        raw::Platform::ConfluentCloud => "confluent-cloud",
        raw::Platform::Standalone => "standalone",
    }
}

fn launcher(raw: raw::Launcher, here: &Here<'_>, flink_url: Option<&Url>) -> Option<launcher::Config> {
    if flink_url.is_some_and(|url| !is_loopback(url)) {
        here.wrong(
            "starts processes on this host, but flink_url is not on it",
            "no launcher, or a loopback flink_url,",
        );
    }
    let path = |name: &str, raw: Option<String>, example: &str| {
        let text = here.required(name, raw, example)?;
        here.key(name).file(&text)
    };
    let count = |name: &str, raw: Option<u32>, example: u32| {
        let count = here.required(name, raw, &example.to_string())?;
        if !(1..=COUNT_MAX).contains(&count) {
            here.key(name)
                .wrong(format!("{count} is out of bounds"), format!("1 to {COUNT_MAX}"));
            return None;
        }
        Some(count)
    };
    let java = path("java", raw.java, "/usr/bin/java");
    let lib = path("lib", raw.lib, "/opt/flink/lib");
    let conf = path("conf", raw.conf, "/opt/flink/conf");
    let logs = path("logs", raw.logs, "/var/log/flink");
    let memory = here.required("memory", raw.memory, "1728m");
    let memory_bytes = memory.and_then(|raw::Size(text)| memory_bytes(&text, &here.key("memory")));
    let slots = count("slots", raw.slots, 1);
    let max = count("max", raw.max, 4);
    Some(launcher::Config {
        java: java?,
        lib: lib?,
        conf: conf?,
        logs: logs?,
        memory_bytes: memory_bytes?,
        slots: slots?,
        max: max?,
    })
}

fn memory_bytes(text: &str, here: &Here<'_>) -> Option<u64> {
    let bytes = here.size(text)?;
    match Parts::of_process(bytes) {
        Ok(_) => Some(bytes),
        Err(error) => {
            here.wrong(error.to_string(), "more, such as Flink's own default 1728m,");
            None
        }
    }
}

fn windows(raw: raw::Windows, here: &Here<'_>) -> Option<Windows> {
    let span = |name: &str, raw: Option<raw::Span>, default: Millis, least: Millis| match raw {
        Some(raw::Span(text)) => here.key(name).span(&text, least, Millis::minutes(60)),
        None => Some(default),
    };
    let before = span("before", raw.before, Millis::minutes(10), Millis::seconds(10));
    let warm_up = span("warm_up", raw.warm_up, Millis::minutes(5), Millis(0));
    let after = span("after", raw.after, Millis::minutes(10), Millis::seconds(10));
    Some(Windows {
        before: before?,
        warm_up: warm_up?,
        after: after?,
    })
}
