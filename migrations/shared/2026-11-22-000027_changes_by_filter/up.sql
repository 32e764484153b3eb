-- What the log of changes is filtered by, in its order; a record by its id first, which tells more of it apart;
-- and of the actions those that are not nearly all.
DROP INDEX revisions_by_record;
CREATE INDEX revisions_by_record ON revisions (record_id, resource, number);
CREATE INDEX revisions_by_resource ON revisions (resource, number);
CREATE INDEX revisions_of_others ON revisions (action, number, resource) WHERE action <> 'created';
