"""What Excise's import permits declare to the node."""

from isthmus.exchange.house import House

HOUSE = House()
