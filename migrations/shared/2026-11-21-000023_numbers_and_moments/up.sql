-- What large tables are filtered and ordered by besides ids: years, differences, and what changed since a moment.
-- Each goes on as the document does, as far as many rows may be equal.
CREATE INDEX measures_by_start ON measures (start_year, plan_id, position);
CREATE INDEX measures_by_end ON measures (end_year, plan_id, position);
CREATE INDEX measures_by_last_status ON measures (last_status_year, plan_id, position);
CREATE INDEX measures_by_divergence ON measures (divergence, plan_id, position);
CREATE INDEX measures_by_update ON measures (updated_at, plan_id, position);
CREATE INDEX measures_by_revision ON measures (revision);
CREATE INDEX assignments_by_update ON assignments (updated_at, measure_key);
CREATE INDEX assignments_by_revision ON assignments (revision);
CREATE INDEX status_entries_by_publication ON status_entries (published_on, measure_key);
CREATE INDEX status_entries_by_update ON status_entries (updated_at, measure_key);
CREATE INDEX status_entries_by_revision ON status_entries (revision);
