//! Every SQL text of the ledger, the same for both databases: `$1` parameters, no rowid, no order of `RETURNING`.
//!
//! No text scans what grows with history: a test asks the database how it would carry out each of them. Tables as small
//! as what is under way (`claims`, `wakeups`, `outbox`), or bounded (`undelivered`), may be read whole.

/// Names each text, and lists them all for the test that explains them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*
        /// Every text, by name.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $text),)*];
    };
}

/// Deliveries: what stands before as many rows as there are, and after them. Rows of values scan nothing.
pub(crate) const RECEIVE: &str = "INSERT INTO inbox (number, id, message, delivery) ";
pub(crate) const UNLESS_RECEIVED: &str = " ON CONFLICT (id) DO NOTHING";
/// What stands before the rows of texts typed in the console.
pub(crate) const RECEIVE_TYPED: &str =
    "INSERT INTO messages (id, channel, thread, author, at, text, buttons, images, body) ";

statements! {
    // The chains.

    /// The last entry of a request.
    LAST_OF_REQUEST = "SELECT number, hash FROM entries WHERE request = $1 ORDER BY number DESC LIMIT 1";
    APPEND = "INSERT INTO entries (seq, request, number, at, person, version, ballot, epoch, delivery, body, prev, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    PUT_PARTICULAR = "INSERT INTO particulars (entry, position, person, salt, text) VALUES ($1, $2, $3, $4, $5)";
    SEAL = "INSERT INTO seals (number, at, first_seq, last_seq, note, prev, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Moves the end of the chain of seals, for the process whose epoch is the current one.
    MOVE_HEAD = "UPDATE meta SET seal = $1, seal_hash = $2 WHERE one = 1 AND epoch = $3";
    ERASE = "UPDATE particulars SET salt = NULL, text = NULL WHERE person = $1 AND text IS NOT NULL";
    ERASE_MESSAGES = "UPDATE messages SET text = '', body = 'null', buttons = '[]', images = '[]' WHERE author = $1";

    // Opening.

    HEAD = "SELECT epoch, seal, seal_hash FROM meta WHERE one = 1";
    TAKE_OVER = "UPDATE meta SET epoch = epoch + 1 WHERE one = 1";
    LAST_ENTRY = "SELECT seq, at FROM entries WHERE seq = (SELECT max(seq) FROM entries)";
    LAST_SEAL = "SELECT number, hash, last_seq FROM seals WHERE number = (SELECT max(number) FROM seals)";
    LAST_DELIVERY = "SELECT max(number) FROM inbox";
    /// What waits at an opening may have been sent by the process before.
    DOUBT_WAITING = "UPDATE outbox SET tried = 1 WHERE tried = 0";

    // Requests.

    ENTRIES_OF_REQUEST = "SELECT seq, request, number, at, person, version, ballot, epoch, delivery, body, prev, hash
        FROM entries WHERE request = $1 ORDER BY number";
    PARTICULARS_OF_REQUEST = "SELECT p.entry, p.position, p.person, p.salt, p.text
        FROM entries e JOIN particulars p ON p.entry = e.seq WHERE e.request = $1 ORDER BY e.number, p.position";
    ENTRIES_FROM = "SELECT seq, request, number, at, person, version, ballot, epoch, delivery, body, prev, hash
        FROM entries WHERE seq >= $1 ORDER BY seq LIMIT $2";
    PARTICULARS_BETWEEN = "SELECT entry, position, person, salt, text
        FROM particulars WHERE entry >= $1 AND entry <= $2 ORDER BY entry, position";
    SEALS_AFTER = "SELECT number, at, first_seq, last_seq, note, prev, hash
        FROM seals WHERE number > $1 ORDER BY number LIMIT $2";
    SEALS_WITH_NOTE = "SELECT number, at, first_seq, last_seq, note, prev, hash
        FROM seals WHERE note IS NOT NULL ORDER BY number";
    PARTICULAR_AFTER = "SELECT entry, position FROM particulars WHERE entry > $1 ORDER BY entry, position LIMIT 1";
    PUT_REQUEST = "INSERT INTO requests
            (id, state, environment, asked_by, asked_at, command, place, thread, ended, behind)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (id) DO UPDATE SET
            state = excluded.state, environment = excluded.environment, asked_by = excluded.asked_by,
            asked_at = excluded.asked_at, command = excluded.command, place = excluded.place,
            thread = excluded.thread, ended = excluded.ended,
            behind = CASE WHEN excluded.state = 'queued' THEN coalesce(excluded.behind, requests.behind) END";
    LAST_REQUEST = "SELECT max(id) FROM requests";
    OPEN_REQUESTS = "SELECT id, state, environment, asked_by, asked_at, command
        FROM requests WHERE ended = 0 ORDER BY id LIMIT $1";
    LATEST_REQUESTS = "SELECT id, state, environment, asked_by, asked_at, command
        FROM requests ORDER BY id DESC LIMIT $1";
    /// What a thread is remembered by that a command opened which is no message, or a copy's.
    STAND_IN = "SELECT stand_in FROM roots WHERE place = $1 AND message = $2";
    REQUEST_IN_THREAD = "SELECT max(id) FROM requests WHERE place = $1 AND thread IN ($2, $3)";

    // Claims and wake-ups.

    CLAIMS = "SELECT path, mode, request FROM claims WHERE request <> $1 ORDER BY request";
    TAKE_CLAIM = "INSERT INTO claims (path, request, mode) VALUES ($1, $2, $3)
        ON CONFLICT (path, request) DO UPDATE SET mode = 'exclusive' WHERE excluded.mode = 'exclusive'";
    RELEASE = "DELETE FROM claims WHERE request = $1";
    HOLDS_CLAIMS = "SELECT count(*) FROM claims WHERE request = $1";
    WAKE_QUEUED = "INSERT INTO wakeups (request, at) SELECT id, $2 FROM requests WHERE behind = $1
        ON CONFLICT (request) DO UPDATE SET at = excluded.at WHERE excluded.at < wakeups.at";
    WAKE = "INSERT INTO wakeups (request, at) VALUES ($1, $2) ON CONFLICT (request) DO UPDATE SET at = excluded.at";
    NEVER_WAKE = "DELETE FROM wakeups WHERE request = $1";
    DUE = "SELECT request, at FROM wakeups WHERE at <= $1 ORDER BY at, request LIMIT $2";
    ASLEEP = "SELECT id FROM requests r WHERE ended = 0
        AND NOT EXISTS (SELECT 1 FROM wakeups w WHERE w.request = r.id) ORDER BY id";
    NEXT_WAKE = "SELECT min(at) FROM wakeups";

    // Deliveries.

    RECEIVED = "SELECT number, message FROM inbox WHERE id = $1";
    UNANSWERED = "SELECT message, delivery FROM inbox WHERE answered_at IS NULL ORDER BY number LIMIT $1";
    IS_ANSWERED = "SELECT count(*) FROM inbox WHERE id = $1 AND answered_at IS NOT NULL";
    ANSWER = "UPDATE inbox SET answered_at = $2 WHERE id = $1 AND answered_at IS NULL";
    FORGET_ANSWERED = "DELETE FROM inbox WHERE number IN
        (SELECT number FROM inbox WHERE answered_at < $1 ORDER BY answered_at LIMIT $2)";
    COUNT_UNANSWERED = "SELECT count(*) FROM inbox WHERE answered_at IS NULL";

    // Messages to send.

    SAY = "INSERT INTO outbox (id, place, request, slot, outgoing, revision, tried, next_at, attempts)
        VALUES ($1, $2, $3, $4, $5, 1, 0, $6, 0)
        ON CONFLICT (request, slot, place) WHERE slot <> 'new'
        DO UPDATE SET outgoing = excluded.outgoing, revision = outbox.revision + 1";
    /// The first of each place: what comes after it waits, so that messages sent side by side keep their order.
    TO_SEND = "SELECT o.id, o.revision, o.attempts, o.outgoing, d.message
        FROM outbox o LEFT JOIN posted d ON d.request = o.request AND d.slot = o.slot AND d.place = o.place
        WHERE o.next_at <= $1 AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.place = o.place AND p.id < o.id)
        ORDER BY o.id LIMIT $2";
    NEXT_SEND = "SELECT min(o.next_at) FROM outbox o WHERE NOT EXISTS
        (SELECT 1 FROM outbox p WHERE p.place = o.place AND p.id < o.id)";
    WAITING = "SELECT o.place, o.request, o.slot, o.revision, o.tried, o.attempts, o.outgoing, d.message
        FROM outbox o LEFT JOIN posted d ON d.request = o.request AND d.slot = o.slot AND d.place = o.place
        WHERE o.id = $1";
    ROOT = "SELECT message FROM roots WHERE place = $1 AND stand_in = $2";
    PUT_ROOT = "INSERT INTO roots (place, stand_in, message) VALUES ($1, $2, $3) ON CONFLICT (place, stand_in) DO NOTHING";
    POSTED = "INSERT INTO posted (request, slot, place, message) VALUES ($1, $2, $3, $4)
        ON CONFLICT (request, slot, place) DO UPDATE SET message = excluded.message";
    FORGET_POSTED = "DELETE FROM posted WHERE request = $1 AND slot = $2 AND place = $3";
    DELIVERED = "DELETE FROM outbox WHERE id = $1";
    EDIT_AGAIN = "UPDATE outbox SET tried = 0, attempts = 0, next_at = $2 WHERE id = $1";
    SEND_LATER = "UPDATE outbox SET tried = 1, attempts = attempts + 1, next_at = $2 WHERE id = $1";
    GIVE_UP = "INSERT INTO undelivered (id, at, place, outgoing, attempts, why) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO NOTHING";
    FORGET_UNDELIVERED = "DELETE FROM undelivered WHERE id <=
        (SELECT id FROM undelivered ORDER BY id DESC LIMIT 1 OFFSET $1)";
    COUNT_WAITING = "SELECT count(*) FROM outbox";
    COUNT_UNDELIVERED = "SELECT count(*) FROM undelivered";

    // Samples.

    KEEP_SAMPLE = "INSERT INTO samples (environment, job, at, attempt, parallelism, readings)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (environment, job, at) DO UPDATE SET
            attempt = excluded.attempt, parallelism = excluded.parallelism, readings = excluded.readings";
    FORGET_SAMPLES = "DELETE FROM samples WHERE environment = $1 AND at < $2";
    SAMPLES = "SELECT at, attempt, parallelism, readings FROM samples
        WHERE environment = $1 AND job = $2 AND at >= $3 AND at <= $4 ORDER BY at";

    // The console.

    PUT_MESSAGE = "INSERT INTO messages
            (id, channel, thread, author, at, text, buttons, images, request, only_for, body, nonce)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    REPLACE_MESSAGE = "UPDATE messages SET channel = $2, thread = $3, author = $4, at = $5, text = $6, buttons = $7,
            images = $8, request = $9, only_for = $10, body = $11
        WHERE id = $1";
    MESSAGE_OF_NONCE = "SELECT id FROM messages WHERE nonce = $1";
    MESSAGES = "SELECT id, channel, thread, author, at, text, buttons, images, request, only_for, body
        FROM messages WHERE channel = $1 ORDER BY id DESC LIMIT $2";
    MESSAGES_FOR = "SELECT id, channel, thread, author, at, text, buttons, images, request, only_for, body
        FROM messages WHERE channel = $1 AND (only_for IS NULL OR only_for = $2) ORDER BY id DESC LIMIT $3";
    MESSAGES_OF_REQUEST = "SELECT id, channel, thread, author, at, text, buttons, images, request, only_for, body
        FROM messages WHERE request = $1 AND only_for IS NULL ORDER BY id DESC LIMIT $2";
    MESSAGE = "SELECT id, channel, thread, author, at, text, buttons, images, request, only_for, body
        FROM messages WHERE id = $1";
    PUT_ATTACHMENT = "INSERT INTO attachments (id, media_type, bytes) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
    SHOW_PICTURE = "INSERT INTO pictures (message, attachment) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    PICTURES_OF_MESSAGE = "SELECT attachment FROM pictures WHERE message = $1";
    TAKE_PICTURES_DOWN = "DELETE FROM pictures WHERE message = $1";
    FORGET_UNSHOWN = "DELETE FROM attachments WHERE id = $1
        AND NOT EXISTS (SELECT 1 FROM pictures WHERE attachment = $1)";
    /// The newest message of a channel that is one too many.
    ONE_TOO_MANY = "SELECT id FROM messages WHERE channel = $1 ORDER BY id DESC LIMIT 1 OFFSET $2";
    /// The last of a channel's oldest messages, so many at most, up to this one.
    LAST_TO_FORGET = "SELECT max(id) FROM
        (SELECT id FROM messages WHERE channel = $1 AND id <= $2 ORDER BY id LIMIT $3)";
    PICTURES_TO_FORGET = "SELECT p.attachment FROM messages m JOIN pictures p ON p.message = m.id
        WHERE m.channel = $1 AND m.id <= $2";
    FORGET_PICTURES = "DELETE FROM pictures WHERE message IN
        (SELECT id FROM messages WHERE channel = $1 AND id <= $2)";
    FORGET_MESSAGES = "DELETE FROM messages WHERE channel = $1 AND id <= $2";
    ATTACHMENT = "SELECT media_type, bytes FROM attachments WHERE id = $1";
}

/// The greatest id that a table with AUTOINCREMENT ever gave; SQLite only.
pub(crate) const LAST_GIVEN: &str = "SELECT seq FROM sqlite_sequence WHERE name = $1";
