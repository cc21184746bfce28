"""What Excise's assessments declare to the node."""

from isthmus.exchange.house import House

HOUSE = House()
