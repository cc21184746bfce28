"""What is written about movements: drafts, documents, all that is said of them, and gates."""
