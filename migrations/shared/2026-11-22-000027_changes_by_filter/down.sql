DROP INDEX revisions_of_others;
DROP INDEX revisions_by_resource;
DROP INDEX revisions_by_record;
CREATE INDEX revisions_by_record ON revisions (resource, record_id, number);
