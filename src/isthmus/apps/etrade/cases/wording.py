"""What a case says, in the reader's language: its statement, its explanation, why it was settled."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from isthmus.apps.etrade.cases.models import Case, ReasonCode, StakeKind, Step
from isthmus.apps.etrade.cases.rules.shipments import number_in
from isthmus.apps.etrade.reconciliation.rules.calibration import Calibration
from isthmus.apps.etrade.reconciliation.rules.reasons import Reason
from isthmus.apps.etrade.reconciliation.wording import explanations, of_quantities, sentences
from isthmus.ui.formats import amount, grouped

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_LONE = "?"
_STATEMENTS: "dict[str, _StrPromise]" = {
    ReasonCode.DUPLICATE: gettext_lazy("%(one)s looks like a second declaration of %(twin)s."),
    ReasonCode.SPLIT_MERGED: gettext_lazy("%(export)s and %(import)s are one shipment in several parts."),
    ReasonCode.UNIT: gettext_lazy("The weights of %(export)s and %(import)s are in different units."),
    ReasonCode.QUANTITY_GAP: gettext_lazy(
        "%(import)s declares %(kg_percent)s %% of the weight that left as %(export)s."
    ),
    ReasonCode.CURRENCY: gettext_lazy("The value of %(import)s seems to be in another currency than stated."),
    ReasonCode.LOW_VALUE: gettext_lazy(
        "%(import)s declares %(percent)s %% of the value that left as %(export)s, at the same weight."
    ),
    ReasonCode.FREIGHT_INSURANCE: gettext_lazy(
        "%(import)s declares %(percent)s %% of the value that left as %(export)s: more than freight explains."
    ),
    ReasonCode.HS_VINTAGE: gettext_lazy("%(export)s and %(import)s use codes of two editions of the HS."),
    ReasonCode.HS_SHIFT: gettext_lazy(
        "%(export)s left as HS %(export_hs)s and %(import)s came as %(import_hs)s."
    ),
    ReasonCode.ORIGIN_CONSIGNMENT: gettext_lazy(
        "One side of %(one)s counts by origin, the other by consignment."
    ),
    ReasonCode.REGIME: gettext_lazy("%(export)s and %(import)s are under regimes that do not meet."),
    ReasonCode.TIMING: gettext_lazy("%(import)s came %(lag)s days after %(export)s left."),
    ReasonCode.MISSING_IMPORT: gettext_lazy("%(export)s left, and no import declaration answers it."),
    ReasonCode.MISSING_EXPORT: gettext_lazy("%(import)s came, and no export declaration answers it."),
}
_SETTLED = {
    "withdrawn": gettext_lazy("A declaration was cancelled or erased."),
    "not-due": gettext_lazy("The other side is not due yet."),
    "tallies": gettext_lazy("With the figures as amended, the two sides tally."),
    "linked": gettext_lazy("%(number)s is the other side."),
}
_QUESTIONS = {
    ReasonCode.MISSING_IMPORT: (
        "Our records show that {export} left for you. Did the goods arrive, and under which import "
        "declaration?"
    ),
    ReasonCode.MISSING_EXPORT: (
        "Our import declaration {import} says that the goods came from you. Under which export declaration "
        "did they leave?"
    ),
    ReasonCode.DUPLICATE: "Are {one} and {twin} one shipment or two?",
}
_QUESTION = (
    "Our declaration and yours do not tally ({reason}): export {export}, import {import}. "
    "Please confirm or correct weight, value, HS code and unit of your declaration."
)


def hs_text(code: str | int) -> str:
    """An HS code as people write it: 0713.31."""
    text = f"{int(code):06d}"
    return f"{text[:4]}.{text[4:]}"


def ratio_text(thousandths: int | None) -> str:
    """A ratio with two decimals, in the reader's digits."""
    return _LONE if thousandths is None else grouped(Decimal(thousandths) / 1000, 2)


def _numbers(keys: str) -> str:
    return ", ".join(number_in(key) for key in keys.split()) or _LONE


def stake_text(case: Case) -> str:
    """What is at stake as an amount, in the currency of account where it is known."""
    return amount(case.stake, case.corridor.currency, 0)


def statement(case: Case) -> str:
    """The matter in one sentence."""
    figures = case.figures
    export, imported = _numbers(case.export_key), _numbers(case.import_key)
    return str(_STATEMENTS[case.reason]) % {
        "export": export,
        "import": imported,
        "one": export if case.export_key else imported,
        "twin": number_in(figures["twin"]) if "twin" in figures else _LONE,
        "percent": _percent(case.ratio),
        "kg_percent": _percent(figures.get("kg_ratio")),
        "export_hs": hs_text(figures["e_hs6"]) if "e_hs6" in figures else _LONE,
        "import_hs": hs_text(figures["i_hs6"]) if "i_hs6" in figures else _LONE,
        "lag": figures.get("lag", _LONE),
    }


def _percent(thousandths: int | None) -> str:
    return _LONE if thousandths is None else grouped(Decimal(thousandths) / 10, 0)


def explanation(case: Case, calibration: Calibration) -> str:
    """The engine's words for the reason, with this case's figures and those of comparable shipments."""
    figures = case.figures
    usual = sentences()["days"].replace("{low}", str(calibration.earliest_lag))
    filled = {
        "peers": peers_text(case),
        "stake": _stake_sentence(case),
        "twin": number_in(figures["twin"]) if "twin" in figures else "",
        "parts": str(figures.get("parts", "")),
        "kg_ratio": ratio_text(figures.get("kg_ratio")),
        "ratio": ratio_text(case.ratio),
        "other_ratio": ratio_text(figures.get("other_ratio")),
        "currency": figures.get("currency", ""),
        "quantities": figures.get("currency", ""),
        "units": f"{figures['unit']}, kilogram" if "unit" in figures else _LONE,
        "export_kg": _kg_text(figures.get("e_grams")),
        "import_kg": _kg_text(figures.get("i_grams")),
        "export_hs": hs_text(figures["e_hs6"]) if "e_hs6" in figures else _LONE,
        "import_hs": hs_text(figures["i_hs6"]) if "i_hs6" in figures else _LONE,
        "export_vintage": str(figures.get("e_vintage", _LONE)),
        "import_vintage": str(figures.get("i_vintage", _LONE)),
        "origins": f"{figures.get('e_origin', _LONE)} / {figures.get('i_origin', _LONE)}",
        "lag": str(figures.get("lag", _LONE)),
        "usual_lag": usual.replace("{high}", str(calibration.latest_lag)),
        "consigned": figures.get("consigned", _LONE),
        "export_regime": str(figures.get("e_regime", _LONE)),
        "import_regime": str(figures.get("i_regime", _LONE)),
    }
    texts = explanations() | (of_quantities() if figures.get("currency") else {})
    return " ".join(_fill(texts[Reason(case.reason)], filled).split())


def _fill(text: str, values: Mapping[str, Any]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def peers_text(case: Case) -> str:
    """What comparable shipments of the corridor show; empty where there are none."""
    figures, hs = case.figures, case.hs_code
    if case.reason in {ReasonCode.MISSING_IMPORT, ReasonCode.MISSING_EXPORT}:
        if not figures.get("same_code"):
            return ""
        counted = {"linked": figures["linked"], "count": figures["same_code"], "hs": hs_text(hs)}
        return _fill(sentences()["linked"], counted)
    if not figures.get("peer_count"):
        return ""
    return _fill(
        sentences()["peers"],
        {
            "count": figures["peer_count"],
            "hs": hs_text(hs) if figures["by_code"] else hs[:2],
            "low": ratio_text(figures["peer_low"]),
            "high": ratio_text(figures["peer_high"]),
        },
    )


def _stake_sentence(case: Case) -> str:
    if not case.stake:
        return sentences()["nothing"]
    kind = "duty" if case.stake_kind == StakeKind.DUTY else "value"
    return sentences()[kind].replace("{amount}", stake_text(case))


def _kg_text(grams: int | None) -> str:
    return _LONE if grams is None else grouped(Decimal(grams) / 1000)


def settled_text(code: str, number: str) -> str:
    """Why a run settled a case."""
    return str(_SETTLED[code]) % {"number": number} if code in _SETTLED else ""


def step_note(step: str, code: str, note: str) -> str:
    """The note of a step in a case's history."""
    if step == Step.SETTLED:
        return settled_text(code, note)
    if step == Step.CHANGED:
        return _("Before: %(reason)s") % {"reason": ReasonCode(code).label}
    return note


def question(case: Case) -> str:
    """The question that one click sends: in English, because the reader is in another country."""
    export, imported = _numbers(case.export_key), _numbers(case.import_key)
    with override("en"):
        reason = str(ReasonCode(case.reason).label).lower()
    text = _QUESTIONS.get(ReasonCode(case.reason), _QUESTION)
    return _fill(
        text,
        {
            "export": export,
            "import": imported,
            "one": export if case.export_key else imported,
            "twin": number_in(case.figures["twin"]) if "twin" in case.figures else _LONE,
            "reason": reason,
        },
    )
