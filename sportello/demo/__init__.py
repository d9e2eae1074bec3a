"""Terra e Tavola, a believable Italian shop with a season of traffic: content/ holds its words, season/ makes the
story out of them without a database, prepare/ writes it down, and the rest lets anybody play both sides of a mail."""
