"""The double-entry kernel: books of moves that sum to zero, append-only and chained by hashes.

One kernel serves money (the duty ledger) and things counted (custody of stamps). A caller brings a ``Chart``,
the roles its accounts may have, and posts ``Draft`` entries through ``services.post``; ``queries`` reads.
"""
