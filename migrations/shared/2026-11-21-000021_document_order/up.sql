-- Each list in the order of the document, and measures by what they are filtered by most, without sorting.
CREATE INDEX assignments_in_order ON assignments (measure_key, position, id);
CREATE INDEX status_entries_in_order ON status_entries (measure_key, year, assessor_id, id);
CREATE INDEX measure_links_in_order ON measure_links (later_key, earlier_id, id);
CREATE INDEX obligation_parties_in_order ON obligation_parties (obligation_key, position, id);
CREATE INDEX activity_links_in_order ON activity_links (activity_key, id);
CREATE INDEX measures_by_completion ON measures (completion_self_reported, plan_id, position);
CREATE INDEX measures_by_review ON measures (completion_independent, plan_id, position);
