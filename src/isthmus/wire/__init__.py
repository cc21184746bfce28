"""What crosses a border: strict JSON, records, signatures, receipts, the Merkle log, batches, cards.

Pure: no Django, no database, no settings. Whoever holds this package alone can check what a node signed.
"""
