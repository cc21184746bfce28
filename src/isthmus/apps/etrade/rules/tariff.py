"""Editions of the Harmonized System."""

from datetime import date

# The amendments to the HS Nomenclature that the WCO Council adopted under Article 16 of the HS
# Convention, by the year on whose 1 January each entered into force.
EDITIONS = (1988, 1992, 1996, 2002, 2007, 2012, 2017, 2022, 2028)


def edition_in_force(day: date) -> str | None:
    """The HS edition in force internationally on ``day``; None before the Convention (1988).

    A country may adopt an edition later than the WCO: where the operator knows so, the operator says it,
    and this rule is not asked.
    """
    years = [edition for edition in EDITIONS if edition <= day.year]
    return str(years[-1]) if years else None
