//! The board: every open request in words, for looking only.

use approvals::notice::{self, RequestView, Row, StateView};
use approvals::request::{Request, State as Stands};
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse as _;
use commands::names::{At, Environment, Person, RequestId};
use serde::Serialize;

use super::front::{Answer, Front, not_read};
use super::problem::Problem;
use crate::chat::card::{Card, Part};
use crate::wording::Reader;

/// Open requests that are shown; the rest is counted.
const SHOWN: usize = 50;

/// All that is open, the oldest first.
#[derive(Debug, Serialize)]
struct Board {
    requests: Vec<Open>,
    /// How many more there are.
    more: usize,
}

/// An open request.
#[derive(Debug, Serialize)]
struct Open {
    id: RequestId,
    environment: Option<Environment>,
    asked_by: Person,
    asked_at: At,
    /// Whether it goes on only when a person does something.
    waits: bool,
    /// What it is about and where it stands.
    card: Card,
    /// What would be sent, and what it costs.
    plan: Vec<Part>,
}

pub(super) async fn open(State(front): State<Front>, headers: HeaderMap) -> Answer {
    let reader = front.reader(&headers);
    let now = front.site.now().await.map_err(not_read)?;
    let rows = front.site.ledger.open_requests().await.map_err(not_read)?;
    let more = rows.len().saturating_sub(SHOWN);
    let mut requests = Vec::new();
    for row in rows.into_iter().take(SHOWN) {
        requests.extend(front.opened(row, &reader, now).await?);
    }
    Ok(Json(Board { requests, more }).into_response())
}

impl Front {
    /// `None` where it is a request no more.
    async fn opened(&self, row: Row, reader: &Reader, now: At) -> Result<Option<Open>, Problem> {
        let Some(view) = self.view(row.id, now).await? else {
            return Ok(None);
        };
        let wording = &self.console.wording;
        Ok(Some(Open {
            id: row.id,
            environment: row.environment,
            asked_by: row.asked_by,
            asked_at: row.asked_at,
            waits: waits(&view.state),
            card: wording.on_board(&view, reader, now),
            plan: wording.plan_on_board(&view, reader, now),
        }))
    }

    async fn view(&self, id: RequestId, now: At) -> Result<Option<RequestView>, Problem> {
        let Some(request) = self.load(id).await? else {
            return Ok(None);
        };
        let holder = match request.state {
            Stands::Queued { behind } => self.load(behind).await?,
            _ => None,
        };
        let context = notice::Context {
            now,
            demo: self.site.demo,
            people: &self.site.people,
            holder: holder.as_ref().and_then(notice::row),
            samples: Default::default(),
        };
        Ok(notice::view(&request, &context))
    }

    async fn load(&self, id: RequestId) -> Result<Option<Request>, Problem> {
        self.site.ledger.load(id).await.map_err(not_read)
    }
}

fn waits(state: &StateView) -> bool {
    matches!(
        state,
        StateView::Waiting | StateView::OutcomeUnknown { .. } | StateView::Running { person: true, .. }
    )
}
