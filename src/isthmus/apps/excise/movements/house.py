"""What Excise's movements declare to the node."""

from isthmus.exchange.house import House

HOUSE = House()
