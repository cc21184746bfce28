"""How an expert's details leave for an address book."""
