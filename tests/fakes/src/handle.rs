//! What the handles of the chat fakes have in common: a story's time, faults, misbehaviour, and waiting for something to
//! show. Each handle has `shared`, `exchange` and `sockets`.

use crate::stage::Stage;
use std::ops::Deref;
use std::sync::Arc;

/// Ends its fake when the last handle goes.
pub(crate) struct Ending<S: Ends>(pub Arc<S>);

/// What can be ended.
pub(crate) trait Ends {
    /// Stops its tasks, and tells faults that nobody read.
    fn ends(&self);
}

impl<S, D> Ends for S
where
    S: Deref<Target = Stage<D>>,
{
    fn ends(&self) {
        self.deref().ends();
    }
}

impl<S: Ends> Drop for Ending<S> {
    fn drop(&mut self) {
        self.0.ends();
    }
}

/// The methods, for one handle with its ways to misbehave.
macro_rules! common {
    ($handle:ident, $deed:ty, $disorder:ty) => {
        impl $handle {
            /// Moves a story's time on.
            pub fn advance(&self, by: std::time::Duration) {
                self.set_now(self.now() + crate::clock::millis(by));
            }

            /// Moves a story's time on to `now`, in epoch milliseconds. A clock set back moves nothing.
            pub fn set_now(&self, now: u64) {
                self.shared.clock.set(now);
                self.shared.changed();
            }

            /// The fake's time, in epoch milliseconds.
            pub fn now(&self) -> u64 {
                self.shared.clock.now()
            }

            /// What the app did that the vendor does not know or allow, and what this fake got wrong.
            pub fn faults(&self) -> Vec<String> {
                self.shared.faults()
            }

            /// The same, and forgets them: for a test that breaks the law on purpose.
            pub fn take_faults(&self) -> Vec<String> {
                self.shared.take_faults()
            }

            /// Panics where there are faults.
            pub fn assert_lawful(&self) {
                self.shared.assert_lawful();
            }

            /// Waits until `look` finds something, looking again at every change.
            ///
            /// # Panics
            /// After twenty seconds of real time, naming `what`.
            pub async fn until<T>(&self, what: &str, look: impl Fn(&Self) -> Option<T>) -> T {
                self.shared.until(what, || look(self)).await
            }

            /// The next call that `aim` meets misbehaves; aim at a route as it is noted in [`crate::calls::Call::route`].
            pub fn next_call(&self, aim: crate::calls::Aim, deed: $deed) {
                self.next_calls(1, aim, deed);
            }

            /// The next `times` calls that `aim` meets misbehave.
            pub fn next_calls(&self, times: usize, aim: crate::calls::Aim, deed: $deed) {
                self.shared.script().add(aim, times, deed);
            }

            /// The next delivery goes wrong so; said twice, the one after it too.
            pub fn next_delivery(&self, disorder: $disorder) {
                self.shared.deliveries().disorder.push_back(disorder);
            }

            /// Asks `hook` about every call, by its number, before anything else happens to it. The hook may look at the fake,
            /// but must not change its script.
            pub fn on_call(
                &self,
                hook: impl FnMut(usize, &crate::calls::Call) -> crate::calls::Interrupt + Send + 'static,
            ) {
                self.shared.script().hook(hook);
            }

            /// No hook and no misbehaviour from now on.
            pub fn behaves(&self) {
                self.shared.script().clear();
                self.shared.deliveries().disorder.clear();
            }

            /// Waits until a call is being held (see [`crate::calls::Interrupt::HoldAfterEffect`]): the moment to stop the caller.
            pub async fn until_a_call_is_held(&self) {
                self.shared.until_held().await;
            }

            /// The ports close, with every connection: new ones are refused. What was posted stays.
            pub fn goes_down(&self) {
                self.exchange.hang_up();
                self.sockets.hang_up();
            }

            /// The ports open again.
            pub fn comes_back(&self) {
                for exchange in [&self.exchange, &self.sockets] {
                    exchange
                        .pick_up()
                        .expect("the fake's own port is still free");
                }
            }
        }
    };
}

pub(crate) use common;
