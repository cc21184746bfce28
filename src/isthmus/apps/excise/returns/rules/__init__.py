"""When duty falls due, what late payment costs, where a return stands, and what each deed posts."""
