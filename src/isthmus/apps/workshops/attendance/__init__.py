"""Who was there: badges with codes, a desk for telephones, paper sheets, and lists that are merged."""
