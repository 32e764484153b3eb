DROP TABLE obligation_parties;
