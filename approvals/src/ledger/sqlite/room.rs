//! How large the file may grow: a bound of our own before the disk's.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::writer::{NotDone, Transaction, Write};

/// The bound, in pages of 4 KiB; SQLite's own is the greatest.
#[derive(Debug)]
pub(super) struct Room(AtomicU32);

/// `SQLITE_MAX_PAGE_COUNT` (<https://www.sqlite.org/limits.html>).
const UNBOUNDED: u32 = 0xffff_fffe;

impl Default for Room {
    fn default() -> Self {
        Self(AtomicU32::new(UNBOUNDED))
    }
}

impl Room {
    pub fn set(&self, pages: Option<u32>) {
        self.0.store(pages.unwrap_or(UNBOUNDED), Relaxed);
    }

    /// Tells a connection. It refuses to grow the file beyond, as if the disk were full.
    pub async fn tell(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let bound = format!("PRAGMA max_page_count = {}", self.0.load(Relaxed));
        sqlx::query(sqlx::AssertSqlSafe(bound))
            .persistent(false)
            .execute(connection)
            .await?;
        Ok(())
    }
}

/// Makes a bound known to the connection that writes.
#[derive(Debug)]
pub(super) struct Bound(pub std::sync::Arc<Room>);

#[async_trait]
impl Write for Bound {
    type Told = ();

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<(), NotDone> {
        Ok(self.0.tell(transaction.connection).await?)
    }
}
