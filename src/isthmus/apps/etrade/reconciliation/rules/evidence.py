"""What each agreement between an export and an import is worth, in bits.

A weight is log2(m/u) of Fellegi and Sunter, "A Theory for Record Linkage" (JASA 64, 1969): m is how often the
fields agree so for one and the same shipment, u how often for two shipments taken at random from the same
block. The defaults are judgements of how rare an agreement is by chance, tried on seeded corridors: a weight
of 20,000 kg is worth less than one of 19,873.4 kg. Weights are whole tenths of a bit, so that sums are exact
and the same on every machine.
"""

from collections.abc import Mapping

WEIGHTS: Mapping[str, int] = {
    # transport document, container, plate, UCR: agree, differ (house against master bill, typing)
    "doc_same": 160,
    "doc_other": -30,
    "container_same": 80,
    "container_other": -50,
    "plate_same": 70,
    "plate_other": -40,
    "ucr_same": 140,
    "ucr_other": -50,
    # net weight: exactly the same by how round it is, else by relative distance
    "kg_exact": 115,
    "kg_whole": 95,
    "kg_hundreds": 75,
    "kg_tonnes": 60,
    "kg_half_percent": 55,
    "kg_three_percent": 25,
    "kg_tenth": 0,
    "kg_quarter": -30,
    "kg_far": -60,
    # far apart by the very factor between two units: a kilogram against a tonne, a gram or a pound
    "kg_unit": 25,
    # classification
    "hs6_same": 70,
    "hs4_same": 50,
    "hs2_same": 15,
    "hs_other": -40,
    # parties
    "party_same": 70,
    "party_near": 50,
    "party_other": -45,
    # days between the declarations
    "lag_usual": 10,
    "lag_long": -15,
    "lag_odd": -60,
    # packages, and value against the usual margin
    "packages_same": 25,
    "packages_other": -35,
    "value_near": 30,
    "value_fair": 20,
    "value_loose": -5,
    "value_far": -25,
    # value far apart, but no further than the weights: the price of a kilogram is the same
    "price_near": 15,
}
