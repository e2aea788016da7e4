//! Slack's over HTTP. What people type is signed beforehand: the asking side shares the machine.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use adapters::chat::slack::api::Api;
use adapters::chat::slack::elsewhere::Elsewhere;
use adapters::chat::slack::gate::Gate;
use adapters::chat::slack::hearing::Hearing as Hears;
use adapters::chat::slack::roster::Groups;
use adapters::chat::slack::routes::{self, Door};
use adapters::chat::slack::speaking::Slack;
use fakes::slack::{Addresses, FakeSlack, Kind};
use serde_json::{Value, json};

use super::{Hearing, listener, nowhere, voice};
use crate::Failure;
use crate::asked::{AT_ONCE, Asked};
use crate::seed::Counted;
use crate::site::{SystemClock, ledger, people, site};

pub(super) async fn hears(file: &Path) -> Result<Hearing, Failure> {
    let fake = FakeSlack::start_on_wall_clock().await;
    fake.sends_to(Addresses::under("http://127.0.0.1"));
    let ledger = ledger(file, Arc::new(Counted::default())).await?;
    let clock = Arc::new(SystemClock);
    let way = nowhere()?;
    let speaks = Arc::new(Slack::new(
        Api::new(way.clone(), &fake.bot_token(), clock.clone())?,
        Elsewhere::new(way.base, way.reach, way.limits),
        voice(people()?),
        clock,
    ));
    let teams = vec![fake.team_id()];
    let hearing = Hears {
        site: site(ledger.clone(), people()?),
        groups: Arc::new(Groups::new(speaks.clone(), people()?, teams.clone())),
        slack: speaks,
        gate: Gate {
            app: fake.app_id(),
            teams,
        },
        command: "/flink".to_owned(),
        link: Arc::default(),
    };
    let router = routes::router(Door {
        hearing: Arc::new(hearing),
        signing_secret: Arc::new(fake.signing_secret().into()),
    });
    let count = AtomicU64::new(0);
    let signed = move || {
        let of = |_| fake.signed(Kind::Command, &status(&fake, count.fetch_add(1, Relaxed)));
        Asked::each(200, (0..AT_ONCE).map(of))
    };
    Hearing::listens(listener().await?, router, ledger, signed).await
}

/// `/flink status`, the `number`th. <https://docs.slack.dev/interactivity/implementing-slash-commands>
fn status(slack: &FakeSlack, number: u64) -> Value {
    json!({
        "token": "gIkuvaNzQIHg97ATvDxqgjtO", "team_id": slack.team_id(), "team_domain": "example",
        "channel_id": "C2147483705", "channel_name": "ops", "user_id": "U2147483697", "user_name": "ana",
        "command": "/flink", "text": "status", "api_app_id": slack.app_id(), "is_enterprise_install": "false",
        "response_url": format!("https://hooks.slack.com/commands/T1/{number}/96rGlfmibIGlgcZRskXaIFfN"),
        "trigger_id": format!("13345224609.738474920.{number:032x}"),
    })
}
