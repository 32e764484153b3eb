-- Records that were taken back: why, and what stands in their place. Their last state is in revisions.
CREATE TABLE withdrawals (
    id           ORDERED_TEXT NOT NULL PRIMARY KEY,
    resource     ORDERED_TEXT NOT NULL CHECK (resource <> ''),
    record_id    ORDERED_TEXT NOT NULL CHECK (record_id <> ''),
    reason       ORDERED_TEXT NOT NULL CHECK (reason <> ''),
    successor_id ORDERED_TEXT,
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    UNIQUE (resource, record_id)
);
