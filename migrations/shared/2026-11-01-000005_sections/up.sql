CREATE TABLE sections (
    id         ORDERED_TEXT NOT NULL PRIMARY KEY,
    plan_id    ORDERED_TEXT NOT NULL REFERENCES plans DEFERRABLE INITIALLY DEFERRED,
    parent_id  ORDERED_TEXT REFERENCES sections DEFERRABLE INITIALLY DEFERRED CHECK (parent_id <> id),
    number     ORDERED_TEXT NOT NULL CHECK (number <> ''),
    number_key ORDERED_TEXT NOT NULL, -- sorts 1.2 before 1.10
    title      ORDERED_TEXT NOT NULL CHECK (title <> ''),
    title_key  ORDERED_TEXT NOT NULL,
    position   INTEGER      NOT NULL CHECK (position > 0),
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    UNIQUE (plan_id, number),
    UNIQUE (plan_id, position)
);
CREATE INDEX sections_by_parent ON sections (parent_id);
