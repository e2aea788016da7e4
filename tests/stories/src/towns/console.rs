//! The console's channel `ops`. Its messages are in the ledger itself, so what is typed arrives without a wire: the page and
//! its API have stories of their own.

use std::sync::Arc;

use adapters::chat::console::Console as Speaks;
use adapters::wording::{Reader, Wording};
use approvals::intake::{self, Delivery, DeliveryId, Said};
use approvals::ledger::{ConsoleMessage, Ledger, Received};
use approvals::people::{Account, Profile};
use approvals::ports::Chat;
use approvals::site::Site;
use async_trait::async_trait;
use commands::names::{Chat as Kind, MessageId, Place};

use crate::clock::SimClock;
use crate::town::{Act, Deed, Message, Town};
use crate::twice::Twice;

/// Messages looked at in one channel.
const MANY: u32 = 1_000;

pub(crate) struct Console {
    clock: Arc<SimClock>,
    site: Option<Arc<Site>>,
    deliveries: usize,
    /// What was delivered last and is delivered once more.
    echo: Option<Delivery>,
}

impl Console {
    pub fn new(clock: Arc<SimClock>) -> Self {
        Self {
            clock,
            site: None,
            deliveries: 0,
            echo: None,
        }
    }

    fn site(&self) -> &Arc<Site> {
        self.site.as_ref().expect("somebody lives")
    }

    async fn receive(&self, delivery: &Delivery) -> Option<Received> {
        intake::receive(self.site(), delivery).await.ok()
    }

    fn delivery(&self, act: &Act) -> Delivery {
        let (message, thread, said) = match &act.deed {
            Deed::Types(text) => (None, None, Said::Text(text.clone())),
            Deed::Presses {
                message,
                button,
                reason,
            } => {
                let id = MessageId::parse(&message.id).unwrap();
                let root = message.thread.as_deref().unwrap_or(&message.id);
                let said = Said::Press {
                    message: id.clone(),
                    button: button.clone(),
                    reason: reason.clone(),
                };
                (Some(id), Some(MessageId::parse(root).unwrap()), said)
            }
        };
        Delivery {
            id: DeliveryId(format!("story-{}", self.deliveries)),
            account: self.account(&act.person),
            place: self.place(),
            message,
            thread,
            said,
            at: self.clock.now_by_hand(),
        }
    }
}

#[async_trait]
impl Town for Console {
    fn place(&self) -> Place {
        Place::parse("console:ops").unwrap()
    }

    fn account(&self, person: &str) -> Account {
        Account {
            chat: Kind::Console,
            id: person.to_owned(),
        }
    }

    fn introduce(&self, _person: &str, _profile: &mut Profile) {}

    fn speakers(&mut self, ledger: &Arc<dyn Ledger>, twice: bool) -> Vec<(Kind, Arc<dyn Chat>)> {
        let console = Speaks::new(
            ledger.clone(),
            self.clock.clone(),
            Wording::new("/flink"),
            Reader::new("en", None),
        );
        let speaks: Arc<dyn Chat> = if twice {
            Arc::new(Twice::<dyn Chat>(Arc::new(console)))
        } else {
            Arc::new(console)
        };
        vec![(Kind::Console, speaks)]
    }

    async fn begins(&mut self, site: &Arc<Site>) {
        self.site = Some(site.clone());
    }

    async fn ends(&mut self) {
        self.site = None;
    }

    async fn act(&mut self, act: &Act) {
        self.deliveries += 1;
        let delivery = self.delivery(act);
        if act.twice {
            let _first = self.receive(&delivery).await;
            self.echo = Some(delivery.clone());
        }
        let _second = self.receive(&delivery).await;
    }

    /// The page delivers again, under the same id.
    async fn acts_again(&mut self, act: &Act, _was_stored: bool) {
        let delivery = self.delivery(act);
        self.receive(&delivery).await.expect("a new life records");
    }

    async fn echoes(&mut self) -> bool {
        match self.echo.take() {
            Some(delivery) => self.receive(&delivery).await.is_some(),
            None => false,
        }
    }

    async fn messages(&self) -> Vec<Message> {
        let all = self.site().ledger.messages("ops", MANY).await.unwrap_or_default();
        all.into_iter().map(seen).collect()
    }
}

fn seen(message: ConsoleMessage) -> Message {
    Message {
        id: message.id,
        thread: message.thread,
        by_sluice: message.author == "sluice",
        text: message.text,
        buttons: message.buttons,
        only_for: message.only_for.map(|only| only.to_string()),
    }
}
