CREATE TABLE obligations (
    id         ORDERED_TEXT NOT NULL PRIMARY KEY,
    plan_id    ORDERED_TEXT NOT NULL REFERENCES plans DEFERRABLE INITIALLY DEFERRED,
    number     ORDERED_TEXT NOT NULL CHECK (number <> ''),
    number_key ORDERED_TEXT NOT NULL,
    text       ORDERED_TEXT NOT NULL CHECK (text <> ''),
    recurrence ORDERED_TEXT CHECK (recurrence IN ('once', 'yearly', 'continuous')),
    due_month  INTEGER      CHECK (due_month BETWEEN 1 AND 12),
    due_day    INTEGER      CHECK (due_day BETWEEN 1 AND 31),
    position   INTEGER      NOT NULL CHECK (position > 0),
    source_id  ORDERED_TEXT NOT NULL REFERENCES sources DEFERRABLE INITIALLY DEFERRED,
    locator    ORDERED_TEXT,
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    UNIQUE (plan_id, number),
    UNIQUE (plan_id, position),
    CHECK ((due_month IS NULL) = (due_day IS NULL))
);
CREATE INDEX obligations_by_source ON obligations (source_id);
