CREATE TABLE activity_links (
    id          ORDERED_TEXT NOT NULL PRIMARY KEY,
    activity_id ORDERED_TEXT NOT NULL REFERENCES activities DEFERRABLE INITIALLY DEFERRED,
    activity_key ORDERED_TEXT NOT NULL, -- sorts 1.2 before 1.10
    measure_id  ORDERED_TEXT REFERENCES measures DEFERRABLE INITIALLY DEFERRED,
    section_id  ORDERED_TEXT REFERENCES sections DEFERRABLE INITIALLY DEFERRED,
    as_written  ORDERED_TEXT NOT NULL CHECK (as_written <> ''),
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    CHECK ((measure_id IS NULL) = (section_id IS NOT NULL))
);
CREATE INDEX activity_links_by_activity ON activity_links (activity_id);
CREATE INDEX activity_links_by_measure ON activity_links (measure_id);
CREATE INDEX activity_links_by_section ON activity_links (section_id);
