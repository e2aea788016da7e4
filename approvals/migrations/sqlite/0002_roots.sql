-- Which message opened the thread of a command that is no message in its chat, such as a slash command.
CREATE TABLE roots (
    place    TEXT NOT NULL,
    stand_in TEXT NOT NULL CHECK (stand_in <> ''),         -- what requests.thread holds
    message  TEXT NOT NULL CHECK (message <> ''),
    PRIMARY KEY (place, stand_in)                          -- to_send, sent
) STRICT, WITHOUT ROWID;
-- request_in: the thread's own id in the chat
CREATE UNIQUE INDEX roots_by_message ON roots (place, message);
