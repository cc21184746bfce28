"""Erasure: texts and files that must go, the tombstones that say so, and places that lost their text."""

from isthmus.exchange.services.erasure.tombstones import Plan, erase, plan

__all__ = ["Plan", "erase", "plan"]
