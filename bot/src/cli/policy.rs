//! `sluice policy explain`: who may approve what, and why; from the reviewed file alone.

use std::path::Path;

use approvals::people::{Members, People};
use approvals::policy::{Escalation, LargerThan, Need, Policy, Rule};
use commands::names::{Millis, Person};

use super::{Failure, without_secrets};
use crate::config::Config;

/// Subcommands of `policy`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Say who may approve what, and why.
    Explain,
}

/// Carries out a subcommand of `policy`.
pub fn policy(file: &Path, command: &Command) -> Result<(), Failure> {
    let config = without_secrets(file)?;
    match command {
        Command::Explain => print!("{}", explain(&config)),
    }
    Ok(())
}

fn explain(config: &Config) -> String {
    let Policy { rules, freezes } = &config.policy;
    let mut text =
        String::from("The first rule that matches decides; what no rule matches is refused [NO_POLICY].\n");
    text += "Nobody approves what he asked for himself. One \"no\" ends it.\n";
    for (index, rule) in rules.iter().enumerate() {
        text += &explain_rule(index + 1, rule, &config.people);
    }
    for freeze in freezes {
        let until = jiff::Timestamp::from_millisecond(freeze.until.0).unwrap_or_default();
        let from = jiff::Timestamp::from_millisecond(freeze.from.0).unwrap_or_default();
        text += &format!(
            "\nFrozen from {from} until {until}: {}\n",
            listed(&freeze.environments, "environment")
        );
        text += &format!("  because: {}\n", freeze.reason);
    }
    text
}

fn explain_rule(number: usize, rule: &Rule, people: &People) -> String {
    let verbs = listed(&rule.verbs, "verb");
    let environments = listed(&rule.environments, "environment");
    let larger = rule.larger_than.map(larger).unwrap_or_default();
    let mut text = format!("\nRule {number}: {verbs} in {environments}{larger}\n");
    for need in &rule.need {
        text += &explain_need(need, people);
    }
    text += &format!("  votes are taken for {}", span(rule.vote_within));
    if let Some(run_within) = rule.run_within {
        text += &format!(", and the run may take {}", span(run_within));
    }
    text.push('\n');
    if let Some(every) = rule.remind_every {
        text += &format!("  whoever may vote is reminded every {}\n", span(every));
    }
    if let Some(Escalation { after, to }) = &rule.escalate {
        let vote = if rule.need.iter().any(|need| need.from == *to) {
            ""
        } else {
            ", which gives it no vote"
        };
        text += &format!("  after {} {to} is woken{vote}\n", span(*after));
    }
    text
}

fn explain_need(need: &Need, people: &People) -> String {
    let Some(group) = people.groups.get(&need.from) else {
        return String::new();
    };
    let mut text = format!("  needs {} of {}: {}\n", need.count, need.from, members(group));
    let stuck: Vec<String> = people
        .persons
        .keys()
        .filter(|asks| !can_be_met(need, group, asks))
        .map(ToString::to_string)
        .collect();
    if !stuck.is_empty() {
        text += &format!(
            "    too few are left when one of these asks: {}\n",
            stuck.join(", ")
        );
    }
    text
}

/// Whether enough of a group are left when this person asks; of a chat's own group that is not known here.
fn can_be_met(need: &Need, group: &Members, asks: &Person) -> bool {
    let left = group.people.iter().filter(|person| *person != asks).count();
    group.slack_usergroup.is_some() || group.discord_role.is_some() || left >= need.count as usize
}

fn members(group: &Members) -> String {
    let people = group.people.iter().map(ToString::to_string);
    let slack = group
        .slack_usergroup
        .iter()
        .map(|id| format!("the Slack user group {id}"));
    let discord = group
        .discord_role
        .iter()
        .map(|id| format!("the Discord role {id}"));
    people.chain(slack).chain(discord).collect::<Vec<_>>().join(", ")
}

fn larger(larger: LargerThan) -> String {
    let factor = larger
        .factor
        .map(|factor| format!("more than {factor} times as many or as few"));
    let slots = larger
        .slots
        .map(|slots| format!("more than {slots} slots of difference"));
    let bounds: Vec<String> = factor.into_iter().chain(slots).collect();
    format!(", where it is {}", bounds.join(" or "))
}

fn listed(names: &[String], what: &str) -> String {
    if names.iter().any(|name| name == "*") {
        format!("every {what}")
    } else {
        names.join(", ")
    }
}

fn span(span: Millis) -> String {
    match span.0 {
        millis if millis.is_multiple_of(60_000) => format!("{} min", millis / 60_000),
        millis => format!("{} s", millis / 1_000),
    }
}
