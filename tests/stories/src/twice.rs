//! What happens twice: a chat whose every message is posted two times, and calls that arrive two times.

use std::sync::Arc;

use approvals::notice::Notice;
use approvals::ports::{Address, Chat, Fault};
use async_trait::async_trait;
use commands::names::MessageId;
use fakes::calls::{Call, Interrupt};

/// Posts and edits everything twice: the answer to the first time was lost.
pub struct Twice<T: ?Sized>(pub Arc<T>);

#[async_trait]
impl Chat for Twice<dyn Chat> {
    async fn post(&self, to: &Address, notice: &Notice, nonce: u64) -> Result<MessageId, Fault> {
        self.0.post(to, notice, nonce).await?;
        self.0.post(to, notice, nonce).await
    }

    async fn edit(&self, to: &Address, message: &MessageId, notice: &Notice) -> Result<(), Fault> {
        self.0.edit(to, message, notice).await?;
        self.0.edit(to, message, notice).await
    }
}

/// Every call that changes something arrives twice.
pub(crate) fn each_change(call: &Call) -> Interrupt {
    if call.is_mutation() {
        Interrupt::Twice
    } else {
        Interrupt::Proceed
    }
}
