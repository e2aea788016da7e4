//! The policy: rules that can be met, in an order in which each can decide.

use std::collections::BTreeMap;

use approvals::people::Members;
use approvals::policy::{Escalation, Freeze, LargerThan, Need, Rule};
use commands::catalog::{Group as VerbGroup, ROWS};
use commands::names::{At, Group, Millis};

use super::super::here::Here;
use super::super::raw;
use super::Known;

/// Stands for every environment or verb.
const ALL: &str = "*";
const EXAMPLE: &str =
    r#"[{ environments: ["*"], verbs: ["*"], need: [{ count: 1, from: flink-owners }], vote_within: 30m }]"#;

/// Checks `policy`.
pub fn rules(
    raw: Option<raw::List<raw::Rule>>,
    top: &Here<'_>,
    known: &Known<'_>,
    groups: &BTreeMap<Group, Members>,
) -> Vec<Rule> {
    let here = top.key("policy");
    if raw.as_ref().is_some_and(Vec::is_empty) {
        here.wrong("has no rule, so nobody could approve anything", EXAMPLE);
    }
    let raw = top.required("policy", raw, EXAMPLE);
    let mut rules: Vec<Rule> = Vec::new();
    for (here, raw) in here.items(raw) {
        let Some(rule) = rule(raw, &here, known, groups) else {
            continue;
        };
        if let Some(number) = rules.iter().position(|before| covers(before, &rule)) {
            let wrong = format!(
                "never decides: rule {} above matches all that it matches",
                number + 1
            );
            here.wrong(wrong, "it above that rule");
        }
        rules.push(rule);
    }
    rules
}

fn rule(
    raw: raw::Rule,
    here: &Here<'_>,
    known: &Known<'_>,
    groups: &BTreeMap<Group, Members>,
) -> Option<Rule> {
    let environments = here.required("environments", raw.environments, r#"["*"]"#);
    let environments = names(
        environments,
        &here.key("environments"),
        "environment",
        &known.environments,
    );
    let verbs = here.required("verbs", raw.verbs, r#"["*"]"#);
    let verbs = names(verbs, &here.key("verbs"), "verb", &changing_verbs());
    let larger_than = raw
        .larger_than
        .map(|raw| larger_than(&raw, &here.key("larger_than")));
    let need = here.required("need", raw.need, "[{ count: 1, from: flink-owners }]");
    let need = needs(need, &here.key("need"), known, groups);
    let span = |name: &str, raw: raw::Span, to| here.key(name).span(&raw.0, Millis::seconds(1), to);
    let vote_within = here
        .required("vote_within", raw.vote_within, "30m")
        .and_then(|raw| span("vote_within", raw, Millis::minutes(7 * 24 * 60)));
    let run_within = raw
        .run_within
        .map(|raw| span("run_within", raw, Millis::minutes(24 * 60)));
    let evidence_within = raw
        .evidence_within
        .map(|raw| span("evidence_within", raw, Millis::minutes(60)));
    let vote_within = vote_within?;
    let remind_every = raw
        .remind_every
        .and_then(|raw| before_the_end(&raw, &here.key("remind_every"), vote_within));
    let escalate = raw
        .escalate
        .and_then(|raw| escalation(raw, &here.key("escalate"), known, vote_within));
    Some(Rule {
        environments,
        verbs,
        larger_than: larger_than.flatten(),
        need,
        vote_within,
        run_within: run_within.flatten(),
        evidence_within: evidence_within.flatten(),
        remind_every,
        escalate,
    })
}

/// A span that ends while votes are still taken.
fn before_the_end(raw: &raw::Span, here: &Here<'_>, vote_within: Millis) -> Option<Millis> {
    let span = here.span(&raw.0, Millis::seconds(1), Millis::minutes(7 * 24 * 60))?;
    if span < vote_within {
        return Some(span);
    }
    here.wrong("is not before the vote ends", "less than `vote_within`");
    None
}

fn escalation(
    raw: raw::Escalation,
    here: &Here<'_>,
    known: &Known<'_>,
    vote_within: Millis,
) -> Option<Escalation> {
    let after = here.required("after", raw.after, "15m");
    let after = after.and_then(|after| before_the_end(&after, &here.key("after"), vote_within));
    let to = here.required("to", raw.to, "leads");
    let to = to.filter(|to| here.key("to").known(to, "group", &known.groups));
    Some(Escalation {
        after: after?,
        to: Group::parse(&to?).ok()?,
    })
}

/// The verbs that change something: only they need anybody's yes.
fn changing_verbs() -> Vec<&'static str> {
    let changes = ROWS
        .iter()
        .filter(|row| matches!(row.group, VerbGroup::Capacity | VerbGroup::Undo));
    let mut verbs: Vec<&str> = changes.map(|row| row.verb).collect();
    verbs.dedup();
    verbs
}

/// Names out of those that are known, or `*`; at least one.
fn names(raw: Option<raw::List<String>>, here: &Here<'_>, what: &str, known: &[&str]) -> Vec<String> {
    if raw.as_ref().is_some_and(Vec::is_empty) {
        here.wrong(format!("names no {what}"), r#"["*"] for all"#);
    }
    let names = here.items(raw).into_iter();
    names
        .filter(|(here, name)| name == ALL || here.known(name, what, known))
        .map(|(_, name)| name)
        .collect()
}

fn larger_than(raw: &raw::LargerThan, here: &Here<'_>) -> Option<LargerThan> {
    if raw.factor.is_none() && raw.slots.is_none() {
        let told = here.key("factor").is_written() || here.key("slots").is_written();
        if !told {
            here.wrong("has no bound", "{ factor: 2, slots: 8 }");
        }
        return None;
    }
    if raw
        .factor
        .is_some_and(|factor| !factor.is_finite() || factor < 1.0)
    {
        here.key("factor")
            .wrong("is not a factor", "a number of at least 1, such as 2,");
    }
    Some(LargerThan {
        factor: raw.factor,
        slots: raw.slots,
    })
}

fn needs(
    raw: Option<raw::List<raw::Need>>,
    here: &Here<'_>,
    known: &Known<'_>,
    groups: &BTreeMap<Group, Members>,
) -> Vec<Need> {
    if raw.as_ref().is_some_and(Vec::is_empty) {
        here.wrong("asks for nobody's yes", "[{ count: 1, from: flink-owners }]");
    }
    let needs = here.items(raw).into_iter();
    needs
        .filter_map(|(here, raw)| need(raw, &here, known, groups))
        .collect()
}

fn need(
    raw: raw::Need,
    here: &Here<'_>,
    known: &Known<'_>,
    groups: &BTreeMap<Group, Members>,
) -> Option<Need> {
    let count = here.required("count", raw.count, "1");
    if count == Some(0) {
        here.key("count").wrong("asks for nobody's yes", "1 or more");
    }
    let from = here.required("from", raw.from, "flink-owners");
    let from = from.filter(|from| here.key("from").known(from, "group", &known.groups));
    let group = Group::parse(&from?).ok()?;
    let count = count.filter(|count| *count > 0)?;
    if let Some(size) = groups.get(&group).and_then(closed_size)
        && (1..count as usize).contains(&size)
    {
        let wrong = format!("{group} has only {size} of the {count} people");
        here.key("count").wrong(wrong, format!("at most {size}"));
    }
    Some(Need { count, from: group })
}

/// How many people a group has, where the file alone says it.
fn closed_size(group: &Members) -> Option<usize> {
    let closed = group.slack_usergroup.is_none() && group.discord_role.is_none();
    closed.then_some(group.people.len())
}

/// Whether a rule matches whatever another one matches.
fn covers(one: &Rule, other: &Rule) -> bool {
    fn all_of(one: &[String], other: &[String]) -> bool {
        one.iter().any(|name| name == ALL) || other.iter().all(|name| one.contains(name))
    }
    one.larger_than.is_none()
        && all_of(&one.environments, &other.environments)
        && all_of(&one.verbs, &other.verbs)
}

/// Checks `freezes`.
pub fn freezes(raw: Option<raw::List<raw::Freeze>>, here: &Here<'_>, known: &Known<'_>) -> Vec<Freeze> {
    let freezes = here.items(raw).into_iter();
    freezes
        .filter_map(|(here, raw)| freeze(raw, &here, known))
        .collect()
}

fn freeze(raw: raw::Freeze, here: &Here<'_>, known: &Known<'_>) -> Option<Freeze> {
    let environments = here.required("environments", raw.environments, r#"["*"]"#);
    let environments = names(
        environments,
        &here.key("environments"),
        "environment",
        &known.environments,
    );
    let from = here.required("from", raw.from, "2026-12-24T12:00:00Z");
    let from = from.and_then(|text| instant(&text, &here.key("from")));
    let until = here.required("until", raw.until, "2027-01-02T08:00:00Z");
    let until = until.and_then(|text| instant(&text, &here.key("until")));
    let reason = here.required("reason", raw.reason, "holidays");
    let freeze = Freeze {
        environments,
        from: from?,
        until: until?,
        reason: reason?,
    };
    if freeze.until <= freeze.from {
        here.key("until").wrong("is not after `from`", "a later time");
    }
    Some(freeze)
}

fn instant(text: &str, here: &Here<'_>) -> Option<At> {
    match text.parse::<jiff::Timestamp>() {
        Ok(instant) => Some(At(instant.as_millisecond())),
        Err(_) => {
            here.wrong(
                "is not a time",
                "a time with its zone, such as 2026-12-24T12:00:00Z,",
            );
            None
        }
    }
}
