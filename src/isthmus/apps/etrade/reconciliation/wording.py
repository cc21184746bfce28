"""What an officer is told about a case, in the language of the one who asked for the run."""

from django.utils.translation import gettext as _

from isthmus.apps.etrade.reconciliation.rules.reasons import Reason


def explanations() -> dict[Reason, str]:
    """What each reason says, in the reader's language; braces are filled with the figures of the case.

    ``{peers}`` is the sentence about comparable shipments, ``{stake}`` the one about what is at stake.
    """
    return {
        Reason.DUPLICATE: _(
            "The same goods are declared again as {twin}: same HS code, weight and value. {stake}"
        ),
        Reason.SPLIT_MERGED: _(
            "{parts} declarations on one side make up one on the other: the weights sum up to "
            "{kg_ratio} of each other. {stake}"
        ),
        Reason.UNIT: _(
            "The net weights differ by a factor of {kg_ratio}, as between {units}, and the "
            "values agree ({ratio}). Most likely the weight is in another unit. {stake}"
        ),
        Reason.QUANTITY_GAP: _(
            "Exported {export_kg} kg, imported {import_kg} kg: ratio {kg_ratio}. {peers} {stake}"
        ),
        Reason.CURRENCY: _(
            "Value ratio {ratio}, weight ratio {kg_ratio}. With the value read as {currency} "
            "the ratio would be {other_ratio}; most likely a wrong currency code. {peers} "
            "{stake}"
        ),
        Reason.LOW_VALUE: _(
            "Value ratio {ratio}, weight ratio {kg_ratio}. {peers} Most likely undervaluation. {stake}"
        ),
        Reason.FREIGHT_INSURANCE: _(
            "Value ratio {ratio}, weight ratio {kg_ratio}. {peers} Freight and insurance are "
            "higher than usual here, or the terms of delivery differ. {stake}"
        ),
        Reason.HS_VINTAGE: _(
            "HS {export_hs} of the {export_vintage} edition against HS {import_hs} of the "
            "{import_vintage} edition; weight ratio {kg_ratio}, value ratio {ratio}. {stake}"
        ),
        Reason.HS_SHIFT: _(
            "Exported as HS {export_hs}, imported as HS {import_hs}; weight ratio {kg_ratio}, "
            "value ratio {ratio}. {peers} {stake}"
        ),
        Reason.ORIGIN_CONSIGNMENT: _(
            "Origin {origins}, consigned from {consigned}: one side counts by origin, the "
            "other by consignment. {stake}"
        ),
        Reason.REGIME: _(
            "Export regime {export_regime}, import regime {import_regime}: these do not meet "
            "in trade statistics. {stake}"
        ),
        Reason.TIMING: _(
            "Imported {lag} days after export; usual on this corridor: {usual_lag}. Weight "
            "ratio {kg_ratio}, value ratio {ratio}. {stake}"
        ),
        Reason.MISSING_IMPORT: _(
            "No import answers this export of {export_kg} kg of HS {export_hs}. {peers} {stake}"
        ),
        Reason.MISSING_EXPORT: _(
            "No export answers this import of {import_kg} kg of HS {import_hs}. {peers} {stake}"
        ),
    }


def of_quantities() -> dict[Reason, str]:
    """What is said instead where the weights agree and the supplementary quantities do not."""
    return {
        Reason.UNIT: _(
            "The quantities {quantities} differ by a factor of {other_ratio}, as between two units, and the "
            "weights agree ({kg_ratio}). Most likely the quantity is in another unit. {stake}"
        ),
        Reason.QUANTITY_GAP: _(
            "Quantities {quantities}: ratio {other_ratio} after conversion; weight ratio {kg_ratio}. "
            "{peers} {stake}"
        ),
    }


def sentences() -> dict[str, str]:
    """The sentences that explanations share."""
    return {
        "peers": _(
            "{count} other shipments of HS {hs} on this corridor have a value ratio of {low} to {high}."
        ),
        "linked": _("{linked} of {count} other shipments of HS {hs} on this corridor have their other side."),
        "duty": _("Duty at stake about {amount}."),
        "value": _("Value at stake about {amount}."),
        "nothing": _("Nothing is at stake by itself."),
        "days": _("{low} to {high} days"),
    }
