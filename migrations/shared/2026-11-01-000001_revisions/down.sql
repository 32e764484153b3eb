DROP TABLE descriptor;
DROP TABLE revisions;
