"""Witnessing: partners' log heads held against each other, and this node's own heads cosigned by them."""

from isthmus.exchange.services.witness.histories import accept_new_history, decide

__all__ = ["accept_new_history", "decide"]
