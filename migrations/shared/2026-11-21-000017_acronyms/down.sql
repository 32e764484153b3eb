DROP TABLE acronyms;
