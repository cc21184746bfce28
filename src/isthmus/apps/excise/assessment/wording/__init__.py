"""What the house says of clauses and counters, in the language of who reads it."""
