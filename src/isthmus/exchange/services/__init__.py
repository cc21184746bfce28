"""The only writers of the exchange."""

from isthmus.exchange.services.publish import Outgoing, publish

__all__ = ["Outgoing", "publish"]
