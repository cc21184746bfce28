"""From a design to what is delivered and mounted: materials, standards, lots and the sheet for the roof."""
