"""The reasons why an export and its import do not tally.

A case has one primary reason. The order of `Reason` is the order in which a pair is judged: what explains
most comes first, so that a weight in the wrong unit is not also called a gap. The list follows the causes of
bilateral asymmetries in the UN's International Merchandise Trade Statistics manual (IMTS 2010).
"""

from enum import StrEnum


class Reason(StrEnum):
    """Primary reason of a case."""

    DUPLICATE = "duplicate"
    SPLIT_MERGED = "split-merged"
    UNIT = "unit"
    QUANTITY_GAP = "quantity-gap"
    CURRENCY = "currency"
    LOW_VALUE = "low-value"
    FREIGHT_INSURANCE = "freight-insurance"
    HS_VINTAGE = "hs-vintage"
    HS_SHIFT = "hs-shift"
    ORIGIN_CONSIGNMENT = "origin-consignment"
    REGIME = "regime"
    TIMING = "timing"
    MISSING_IMPORT = "missing-import"
    MISSING_EXPORT = "missing-export"
