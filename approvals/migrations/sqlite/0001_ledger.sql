-- The ledger on SQLite. Forward only: a released file never changes, the next number expands or contracts it.
--
-- Evidence is exactly three tables: entries, seals, particulars. Every column of them is hashed, nothing in them is
-- updated or deleted but by an erasure, which a seal records. All else is derived from them or in passing.
-- Times are milliseconds since 1970 (UTC), JSON is TEXT, requests are their bare numbers (R-18 is 18).

PRAGMA application_id = 1397511491; -- "SLUC": no other program's file is taken for a ledger

-- One row an append: all events of it, chained per request.
CREATE TABLE entries (
    seq      INTEGER PRIMARY KEY CHECK (seq > 0),       -- place in the whole log; hashed by the seal
    request  INTEGER NOT NULL CHECK (request >= 0),     -- 0: Sluice itself
    number   INTEGER NOT NULL CHECK (number > 0),       -- place in the request
    at       INTEGER NOT NULL,                          -- never before the entry with the next lower seq
    person   TEXT    NOT NULL CHECK (person <> ''),     -- who did it: canonical, or sluice
    version  INTEGER NOT NULL CHECK (version >= 0),     -- of the plan
    ballot   TEXT    CHECK (ballot <> ''),              -- the one in force
    epoch    INTEGER NOT NULL CHECK (epoch > 0),        -- fencing number of the process that wrote it
    delivery TEXT    CHECK (delivery <> ''),            -- the delivery it answers
    body     TEXT    NOT NULL CHECK (json_valid(body)), -- the events; particulars stand in it as salted digests
    prev     TEXT    NOT NULL CHECK (length(prev) = CASE WHEN number = 1 THEN 0 ELSE 64 END),
    hash     TEXT    NOT NULL CHECK (length(hash) = 64),
    UNIQUE (request, number)                            -- load and append: a request's entries in order; two appends at one number: one loses
) STRICT;

-- One row a transaction that appended: it chains the entries after the seal before it, in the order of seq.
CREATE TABLE seals (
    number    INTEGER PRIMARY KEY CHECK (number > 0),
    at        INTEGER NOT NULL,
    first_seq INTEGER NOT NULL CHECK (first_seq > 0),
    last_seq  INTEGER NOT NULL CHECK (last_seq >= first_seq - 1), -- first_seq - 1: no entries, only a note
    note      TEXT    CHECK (json_valid(note)),                   -- {"erased": "<person>"}: his particulars up to last_seq
    prev      TEXT    NOT NULL CHECK (length(prev) = CASE WHEN number = 1 THEN 0 ELSE 64 END),
    hash      TEXT    NOT NULL CHECK (length(hash) = 64)
) STRICT;
-- erasures, verify: which particulars must be gone
CREATE INDEX seals_with_note ON seals (number) WHERE note IS NOT NULL;

-- Free text and accounts, beside the chain so that they can be erased; the body holds SHA-256(salt, text).
CREATE TABLE particulars (
    entry    INTEGER NOT NULL REFERENCES entries (seq),
    position INTEGER NOT NULL CHECK (position >= 0),
    person   TEXT    NOT NULL,                        -- the entry's person
    salt     BLOB    CHECK (length(salt) = 16),
    text     TEXT,
    PRIMARY KEY (entry, position),                    -- load, verify: an entry's particulars in order
    CHECK ((salt IS NULL) = (text IS NULL))           -- erased: both
) STRICT, WITHOUT ROWID;
-- erase: what a person wrote
CREATE INDEX particulars_of_person ON particulars (person) WHERE text IS NOT NULL;

-- Derived: one row a request, for lists and for finding it by its thread.
CREATE TABLE requests (
    id          INTEGER PRIMARY KEY CHECK (id > 0),
    state       TEXT    NOT NULL,
    environment TEXT,                                 -- where one is known already
    asked_by    TEXT    NOT NULL,
    asked_at    INTEGER NOT NULL,
    command     TEXT    NOT NULL,
    place       TEXT    NOT NULL,
    thread      TEXT    NOT NULL,
    ended       INTEGER NOT NULL CHECK (ended IN (0, 1)),
    behind      INTEGER CHECK (behind > 0)            -- queued: behind which run
) STRICT;
-- open_requests: those not ended, oldest first
CREATE INDEX requests_open ON requests (id) WHERE ended = 0;
-- request_in: the newest of a thread
CREATE INDEX requests_in_thread ON requests (place, thread, id);
-- release: those queued behind a run
CREATE INDEX requests_behind ON requests (behind) WHERE behind IS NOT NULL;

-- Paths held by runs under way; rows end with the run, so the table is as small as what runs.
CREATE TABLE claims (
    path    TEXT    NOT NULL CHECK (path <> ''),
    request INTEGER NOT NULL REFERENCES requests (id),
    mode    TEXT    NOT NULL CHECK (mode IN ('exclusive', 'shared')),
    PRIMARY KEY (path, request)
) STRICT, WITHOUT ROWID;
-- take: whatever else fails, no two runs hold one path alone
CREATE UNIQUE INDEX claims_alone ON claims (path) WHERE mode = 'exclusive';
-- release: what a run holds
CREATE INDEX claims_of_request ON claims (request);

-- When a request must be looked at next; one row each at most.
CREATE TABLE wakeups (
    request INTEGER PRIMARY KEY REFERENCES requests (id),
    at      INTEGER NOT NULL
) STRICT;
-- due, next_wake: soonest first
CREATE INDEX wakeups_by_time ON wakeups (at, request);

-- Deliveries: each once by its own id, kept until answered and then an hour, so that a repeat is known as one.
CREATE TABLE inbox (
    number      INTEGER PRIMARY KEY CHECK (number > 0),
    id          TEXT    NOT NULL UNIQUE CHECK (id <> ''),  -- receive: a repeat
    message     TEXT    NOT NULL CHECK (message <> ''),    -- the message it became, or the pressed one
    delivery    TEXT    NOT NULL CHECK (json_valid(delivery)),
    answered_at INTEGER
) STRICT;
-- unanswered: oldest first
CREATE INDEX inbox_unanswered ON inbox (number) WHERE answered_at IS NULL;
-- forget: answered long ago
CREATE INDEX inbox_answered ON inbox (answered_at) WHERE answered_at IS NOT NULL;

-- Messages to send; a row ends when its message is there, so the table is as small as what waits.
-- AUTOINCREMENT, because the id is the nonce of the post and must never come again.
CREATE TABLE outbox (
    id       INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
    place    TEXT    NOT NULL,
    request  INTEGER,
    slot     TEXT    NOT NULL CHECK (slot IN ('new', 'card', 'progress')),
    outgoing TEXT    NOT NULL CHECK (json_valid(outgoing)),
    revision INTEGER NOT NULL CHECK (revision > 0),        -- 1, and one more each time an unsent edit is replaced
    tried    INTEGER NOT NULL CHECK (tried IN (0, 1)),     -- may have been sent already: an earlier attempt, or a restart
    next_at  INTEGER NOT NULL,
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    CHECK (request IS NOT NULL OR slot = 'new')
) STRICT;
-- to_send, next_send: whether a predecessor in the place waits
CREATE INDEX outbox_of_place ON outbox (place, id);
-- say: one unsent edit a message; a later one takes its place
CREATE UNIQUE INDEX outbox_edits ON outbox (request, slot, place) WHERE slot <> 'new';

-- Messages given up, the newest thousand, for /status.
CREATE TABLE undelivered (
    id       INTEGER PRIMARY KEY CHECK (id > 0),
    at       INTEGER NOT NULL,
    place    TEXT    NOT NULL,
    outgoing TEXT    NOT NULL CHECK (json_valid(outgoing)),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    why      TEXT    NOT NULL
) STRICT;

-- Which message a card or progress message became, so that later ones edit it.
CREATE TABLE posted (
    request INTEGER NOT NULL,
    slot    TEXT    NOT NULL CHECK (slot IN ('card', 'progress')),
    place   TEXT    NOT NULL,
    message TEXT    NOT NULL CHECK (message <> ''),
    PRIMARY KEY (request, slot, place)                     -- to_send, sent
) STRICT, WITHOUT ROWID;

-- The recent past of each running job and, where job is empty, of the cluster; the sampler forgets what is older than it
-- needs.
CREATE TABLE samples (
    environment TEXT    NOT NULL,
    job         TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    attempt     INTEGER NOT NULL CHECK (attempt >= 0),
    parallelism INTEGER NOT NULL CHECK (parallelism >= 0),
    readings    TEXT    NOT NULL CHECK (json_valid(readings)),
    PRIMARY KEY (environment, job, at)                     -- samples: a job's, in order
) STRICT, WITHOUT ROWID;
-- keep_samples: those to forget
CREATE INDEX samples_by_age ON samples (environment, at);

-- The console's chat. AUTOINCREMENT, because ids stand in threads and links and must never come again.
CREATE TABLE messages (
    id       INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
    channel  TEXT    NOT NULL,
    thread   TEXT,                                         -- its root; none: it is one
    author   TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    text     TEXT    NOT NULL,
    buttons  TEXT    NOT NULL CHECK (json_valid(buttons)),
    images   TEXT    NOT NULL CHECK (json_valid(images)),
    request  INTEGER,
    only_for TEXT,
    body     TEXT    NOT NULL CHECK (json_valid(body)),
    nonce    INTEGER UNIQUE                                -- put_message: a repeat of a post
) STRICT;
-- messages: the newest of a channel
CREATE INDEX messages_in_channel ON messages (channel, id);
-- messages_of: the newest about a request
CREATE INDEX messages_of_request ON messages (request, id) WHERE request IS NOT NULL;
-- erase: what a person wrote
CREATE INDEX messages_of_author ON messages (author);

-- Pictures and files, by the SHA-256 of their bytes.
CREATE TABLE attachments (
    id         TEXT PRIMARY KEY CHECK (length(id) = 64),   -- attachment
    media_type TEXT NOT NULL,
    bytes      BLOB NOT NULL
) STRICT;

-- Which message shows which picture: a picture goes with the last message that shows it.
CREATE TABLE pictures (
    message    INTEGER NOT NULL REFERENCES messages (id),
    attachment TEXT    NOT NULL REFERENCES attachments (id),
    PRIMARY KEY (message, attachment)
) STRICT, WITHOUT ROWID;
-- forget: whether another message shows it
CREATE INDEX pictures_shown ON pictures (attachment);

-- One row: who may write, and where the chain of seals ends.
CREATE TABLE meta (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    epoch     INTEGER NOT NULL CHECK (epoch >= 0),         -- raised at each opening; an append checks it
    seal      INTEGER NOT NULL CHECK (seal >= 0),          -- number of the last seal
    seal_hash TEXT    NOT NULL                             -- and its hash: a tail cut off with its seals is missed here
) STRICT;
INSERT INTO meta (one, epoch, seal, seal_hash) VALUES (1, 0, 0, '');
