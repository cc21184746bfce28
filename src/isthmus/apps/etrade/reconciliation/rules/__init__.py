"""What reconciliation holds to be true of names, evidence, margins and reasons: pure, without a database."""
