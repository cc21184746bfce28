"""Private matching: which shipments both nodes know, before either shows a record."""
