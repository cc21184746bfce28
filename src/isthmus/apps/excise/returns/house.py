"""What Excise's returns declare to the node."""

from isthmus.exchange.house import House

HOUSE = House()
