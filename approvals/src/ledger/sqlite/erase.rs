//! Erasure of what a person wrote. The chain still verifies, and a seal says that it was done.

use async_trait::async_trait;
use commands::names::Person;

use super::super::statements;
use super::writer::{NotDone, Transaction, Write};

/// Whose particulars go, up to now.
#[derive(Debug)]
pub(super) struct Erase {
    pub person: Person,
}

#[async_trait]
impl Write for Erase {
    /// How many particulars went.
    type Told = u64;

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<u64, NotDone> {
        let erased = sqlx::query(statements::ERASE)
            .bind(self.person.as_str())
            .execute(&mut *transaction.connection)
            .await?
            .rows_affected();
        sqlx::query(statements::ERASE_MESSAGES)
            .bind(self.person.as_str())
            .execute(&mut *transaction.connection)
            .await?;
        transaction.seal(Some(note(&self.person))).await?;
        Ok(erased)
    }
}

/// The note of an erasure on its seal.
pub(super) fn note(person: &Person) -> String {
    serde_json::json!({ "erased": person }).to_string()
}
