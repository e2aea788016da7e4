//! One open socket: greeting, heartbeats, interactions, and its end.

use std::sync::Arc;
use std::time::Duration;

use approvals::ports::{Dice, Fault};
use futures::{SinkExt as _, StreamExt as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::sign::{self, Closed, Sign};
use crate::chat::connect::Socket;
use crate::chat::discord::api::Call;
use crate::chat::discord::hearing::Hearing;

/// How long the greeting, and then the session, may take.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
const SESSION_WITHIN: Duration = Duration::from_secs(30);
/// How long the farewell may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);
/// The shortest time between heartbeats that is believed.
const BEAT_MIN: Duration = Duration::from_millis(100);
/// Interactions worked off at the same time.
const AT_ONCE: usize = 64;
/// The pause before an answer that was not taken is given once more.
const ANSWER_AGAIN: Duration = Duration::from_millis(300);
/// A close after which the session can be resumed: 1000 and 1001 would end it.
const RESUMABLE: u16 = 4_000;

/// Why a socket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Discord wants another one in its place.
    Reconnect,
    /// The session was refused.
    Refused,
    /// The token is refused.
    Token,
    /// It cannot work as it is.
    Disabled,
    /// No more sessions may be begun for so long.
    Spent(Duration),
    /// Nothing was heard any more.
    Deaf,
    /// It broke, or never opened.
    Broken,
}

/// A session that may be resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtHand {
    id: String,
    after: u64,
    /// Where.
    pub resume_at: Option<String>,
}

/// One open socket.
pub struct Session<'g> {
    hearing: Arc<Hearing>,
    token: &'g SecretString,
    dice: &'g dyn Dice,
    turns: Arc<Semaphore>,
}

/// When the next heartbeat is due, and whether the last one was heard.
struct Beats {
    every: Duration,
    next: Instant,
    is_unheard: bool,
}

impl<'g> Session<'g> {
    /// A session that hands what it hears to `hearing`.
    pub fn new(hearing: Arc<Hearing>, token: &'g SecretString, dice: &'g dyn Dice) -> Self {
        Self {
            hearing,
            token,
            dice,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Hears until the socket ends; what can be resumed afterwards is at hand.
    pub async fn run(self, mut socket: Socket, at_hand: &mut Option<AtHand>) -> Ended {
        let every = match greeted(&mut socket).await {
            Ok(every) => every,
            Err(ended) => return ended,
        };
        let token = self.token.expose_secret();
        let hello = match at_hand {
            Some(session) => sign::resume(token, &session.id, session.after),
            None => sign::identify(token),
        };
        if send(&mut socket, &hello).await.is_err() {
            return Ended::Broken;
        }
        let ended = self.listen(&mut socket, every, at_hand).await;
        let close = CloseFrame {
            code: CloseCode::from(RESUMABLE),
            reason: "".into(),
        };
        let _ = tokio::time::timeout(CLOSE_WITHIN, socket.close(Some(close))).await;
        ended
    }

    async fn listen(&self, socket: &mut Socket, every: Duration, at_hand: &mut Option<AtHand>) -> Ended {
        let link = self.hearing.link.clone();
        let mut opened = None;
        let begun = Instant::now();
        // The first one at a random time, so that not all who were cut off beat together.
        let first = every * u32::from(self.dice.roll()[0]) / 255;
        let mut beats = Beats {
            every,
            next: begun + first,
            is_unheard: false,
        };
        loop {
            tokio::select! {
                message = socket.next() => {
                    let (sign, number) = match self.understood(message, at_hand) {
                        Ok(understood) => understood,
                        Err(ended) => return ended,
                    };
                    self.beat();
                    match sign {
                        Sign::Ready { session, resume_at } => {
                            tracing::info!("the gateway is open");
                            *at_hand = Some(AtHand { id: session, after: number.unwrap_or(0), resume_at });
                            opened = Some(link.opened());
                        }
                        Sign::Resumed => {
                            tracing::info!("the gateway is open again");
                            opened = Some(link.opened());
                        }
                        Sign::Interaction(interaction) => self.work_off(interaction).await,
                        Sign::Heard => beats.is_unheard = false,
                        Sign::Beat => {
                            if self.send_beat(socket, at_hand).await.is_err() {
                                return Ended::Broken;
                            }
                        }
                        Sign::Reconnect => return Ended::Reconnect,
                        Sign::Over(can_resume) => {
                            if !can_resume {
                                *at_hand = None;
                            }
                            return Ended::Refused;
                        }
                        Sign::Hello(_) | Sign::Other => {}
                    }
                }
                () = sleep_until(beats.next) => {
                    let is_late = opened.is_none() && begun.elapsed() >= SESSION_WITHIN;
                    if beats.is_unheard || is_late {
                        return Ended::Deaf;
                    }
                    if self.send_beat(socket, at_hand).await.is_err() {
                        return Ended::Broken;
                    }
                    beats.is_unheard = true;
                    beats.next = Instant::now() + beats.every;
                }
            }
        }
    }

    /// What came, with its number; or why nothing comes any more.
    fn understood(
        &self,
        message: Option<Result<Message, tokio_tungstenite::tungstenite::Error>>,
        at_hand: &mut Option<AtHand>,
    ) -> Result<(Sign, Option<u64>), Ended> {
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(frame))) => {
                return Err(farewell(frame.map(|frame| frame.code.into()), at_hand));
            }
            Some(Ok(_)) => return Ok((Sign::Other, None)),
            Some(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the gateway broke");
                return Err(Ended::Broken);
            }
            None => return Err(Ended::Broken),
        };
        let Some((sign, number)) = sign::read(&text) else {
            self.hearing.link.could_not_read();
            tracing::error!(
                bytes = text.len(),
                "the gateway sent something that cannot be read"
            );
            return Ok((Sign::Other, None));
        };
        if let (Some(session), Some(number)) = (at_hand.as_mut(), number) {
            session.after = number;
        }
        Ok((sign, number))
    }

    fn beat(&self) {
        self.hearing.link.beat(self.hearing.site.clock.now());
    }

    async fn send_beat(&self, socket: &mut Socket, at_hand: &Option<AtHand>) -> Result<(), ()> {
        let after = at_hand.as_ref().map(|session| session.after);
        send(socket, &sign::heartbeat(after)).await
    }

    /// In a task of its own, so that a panic there is the end of that task and of nothing else.
    async fn work_off(&self, interaction: Value) {
        let Ok(turn) = self.turns.clone().acquire_owned().await else {
            return;
        };
        let hearing = self.hearing.clone();
        tokio::spawn(async move {
            let _turn = turn;
            let Ok(answer) = hearing.hear(&interaction).await else {
                return;
            };
            let field = |name: &str| interaction[name].as_str().unwrap_or_default();
            let call = Call::answer(field("id"), field("token"), &answer);
            let mut answered = hearing.discord.api.call(&call).await;
            if matches!(answered, Err(Fault::Transient { .. })) {
                tokio::time::sleep(ANSWER_AGAIN).await;
                answered = hearing.discord.api.call(&call).await;
            }
            if let Err(fault) = answered {
                tracing::warn!(
                    error = &fault as &dyn std::error::Error,
                    interaction = field("id"),
                    "an interaction was not answered"
                );
            }
        });
    }
}

/// Waits for the greeting, which says how often to beat.
async fn greeted(socket: &mut Socket) -> Result<Duration, Ended> {
    let hello = tokio::time::timeout(HELLO_WITHIN, async {
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Text(text) = message {
                return sign::read(&text).map(|(sign, _)| sign);
            }
        }
        None
    });
    match hello.await.map_err(|_| Ended::Deaf)? {
        Some(Sign::Hello(every)) => Ok(Duration::from_millis(every).max(BEAT_MIN)),
        _ => Err(Ended::Broken),
    }
}

/// Why Discord closed; what cannot be resumed is at hand no more. A close without a code is a break.
fn farewell(code: Option<u16>, at_hand: &mut Option<AtHand>) -> Ended {
    match code.map_or(Closed::Resume, sign::closed) {
        Closed::Token => Ended::Token,
        Closed::Never => Ended::Disabled,
        Closed::Anew => {
            *at_hand = None;
            Ended::Reconnect
        }
        Closed::Resume => Ended::Broken,
    }
}

async fn send(socket: &mut Socket, message: &Value) -> Result<(), ()> {
    socket
        .send(Message::Text(message.to_string().into()))
        .await
        .map_err(|_| ())
}
