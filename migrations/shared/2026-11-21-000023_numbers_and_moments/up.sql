-- What large tables are filtered by besides ids: years, differences, and what changed since a moment.
CREATE INDEX measures_by_start ON measures (start_year, plan_id, position);
CREATE INDEX measures_by_end ON measures (end_year, plan_id, position);
CREATE INDEX measures_by_last_status ON measures (last_status_year, plan_id, position);
CREATE INDEX measures_by_divergence ON measures (divergence, plan_id, position);
CREATE INDEX measures_by_update ON measures (updated_at DESC, id);
CREATE INDEX measures_by_revision ON measures (revision);
CREATE INDEX assignments_by_update ON assignments (updated_at DESC, id);
CREATE INDEX assignments_by_revision ON assignments (revision);
CREATE INDEX status_entries_by_publication ON status_entries (published_on);
CREATE INDEX status_entries_by_update ON status_entries (updated_at DESC, id);
CREATE INDEX status_entries_by_revision ON status_entries (revision);
