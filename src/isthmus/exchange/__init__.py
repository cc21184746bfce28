"""The exchange: agreements, streams, receipts and the log, by which records cross borders and prove it."""
