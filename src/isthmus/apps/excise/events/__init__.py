"""What happened to marked goods, as EPCIS 2.0 events: captured once, never changed, found again."""
