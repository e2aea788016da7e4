//! The App Home: what waits for somebody, and what he asked. <https://docs.slack.dev/surfaces/app-home>

use std::collections::BTreeSet;

use approvals::notice::{self, Row};
use approvals::people::Account;
use approvals::ports::BoxError;
use approvals::site::Site;
use commands::names::Person;
use serde_json::json;

use super::api;
use super::speaking::Slack;

/// Requests of each kind that are shown.
const SHOWN: usize = 15;
/// Requests that are looked through for what somebody asked.
const LOOKED_THROUGH: u32 = 200;

/// Shows somebody his App Home.
pub async fn publish(slack: &Slack, site: &Site, account: &Account) -> Result<(), BoxError> {
    let person = site.people.person_of(account);
    let (waiting, asked) = match &person {
        Some(person) => (waiting(site, person).await?, asked(site, person).await?),
        None => (Vec::new(), Vec::new()),
    };
    let reader = slack.reader(Some(account));
    let card = slack
        .voice
        .wording
        .home(person.as_ref(), &waiting, &asked, &reader, slack.clock.now());
    let blocks = slack.content(&card, &reader, BTreeSet::new()).blocks;
    let body = json!({ "user_id": account.id, "view": { "type": "home", "blocks": blocks } });
    slack.api.write(api::PUBLISH_VIEW, "", &body).await?;
    Ok(())
}

/// Requests whose vote this person may still decide.
async fn waiting(site: &Site, person: &Person) -> Result<Vec<Row>, BoxError> {
    let mut waiting = Vec::new();
    for row in site.ledger.open_requests().await? {
        if waiting.len() == SHOWN {
            break;
        }
        let Some(request) = site.ledger.load(row.id).await? else {
            continue;
        };
        let Some(voting) = &request.voting else { continue };
        let approvers = notice::approvers(&site.people, &voting.requirement);
        let may = approvers.values().any(|people| people.contains(person));
        let voted = voting.votes.iter().any(|vote| vote.person == *person);
        if row.state == "waiting" && may && !voted {
            waiting.push(row);
        }
    }
    Ok(waiting)
}

async fn asked(site: &Site, person: &Person) -> Result<Vec<Row>, BoxError> {
    let latest = site.ledger.latest_requests(LOOKED_THROUGH).await?;
    Ok(latest
        .into_iter()
        .filter(|row| row.asked_by == *person)
        .take(SHOWN)
        .collect())
}
