//! Who may send alerts: checked now, heard by a later version.

use commands::names::Place;

use super::super::here::Here;
use super::super::raw;
use super::super::secrets::{self, Secret, Secrets};
use super::Known;

/// A sender of alerts.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// Its name.
    pub name: String,
    /// The bearer token it sends.
    pub token: Secret,
    /// Environments its alerts may be about.
    pub environments: Vec<String>,
    /// Where its proposals are posted.
    pub channel: Place,
}

/// Checks `alerts`.
pub fn check(raw: raw::Alerts, here: &Here<'_>, known: &Known<'_>, secrets: Secrets<'_>) -> Vec<Receiver> {
    if raw.rules.is_some_and(|rules| !rules.is_empty()) {
        here.key("rules")
            .wrong("rules for alerts are not in this version", "[]");
    }
    let receivers = here.key("receivers").items(raw.receivers).into_iter();
    receivers
        .filter_map(|(here, raw)| receiver(raw, &here, known, secrets))
        .collect()
}

fn receiver(
    raw: raw::Receiver,
    here: &Here<'_>,
    known: &Known<'_>,
    secrets: Secrets<'_>,
) -> Option<Receiver> {
    let name = here.required("name", raw.name, "alertmanager");
    let token = here.required("token", raw.token, "{ env: ALERT_TOKEN }");
    let token = token.and_then(|raw| secrets::check(raw, &here.key("token"), secrets));
    let environments = here.required("environments", raw.environments, "[shop]");
    let environments = here.key("environments").items(environments).into_iter();
    let environments = environments
        .filter(|(here, name)| here.known(name, "environment", &known.environments))
        .map(|(_, name)| name)
        .collect();
    let channel = here.required("channel", raw.channel, "\"console:ops\"");
    let channel = channel.and_then(|text| here.key("channel").place(&text));
    Some(Receiver {
        name: name?,
        token: token?,
        environments,
        channel: channel?,
    })
}
