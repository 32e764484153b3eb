-- By which rules the search index was made, where there is one; 0 stands for those that nobody noted.
CREATE TABLE search_rules (
    number INTEGER NOT NULL PRIMARY KEY
);
INSERT INTO search_rules (number) SELECT 0 WHERE EXISTS (SELECT 1 FROM search_documents);
