"""Reusable reads of E-Trade, by what they are about."""

from isthmus.apps.etrade.queries.declarations import EXPORT, granted_fields, receivers, unsent
from isthmus.apps.etrade.queries.front import card

__all__ = ["EXPORT", "card", "granted_fields", "receivers", "unsent"]
