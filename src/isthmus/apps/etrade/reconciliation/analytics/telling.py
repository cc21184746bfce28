"""What a case says, as an expression of SQL: each reason's sentences with the figures of the row put in."""

import re
from collections.abc import Mapping

from isthmus.analysis.engine import quoted
from isthmus.apps.etrade.reconciliation.wording import explanations, of_quantities, sentences

OF_QUANTITY = " of quantity"
"""What stands behind a reason, in ``kind``, where supplementary quantities differ and weights do not."""

TEXT_MACROS = (
    """CREATE OR REPLACE MACRO ratio_text(permille) AS
       coalesce(printf('%d.%02d', (permille + 5) // 1000, (permille + 5) % 1000 // 10), '?')""",
    """CREATE OR REPLACE MACRO kg_text(grams) AS
       coalesce(format('{:,}', grams // 1000) || printf('.%03d', grams % 1000), '?')""",
    "CREATE OR REPLACE MACRO hs_text(code) AS coalesce(printf('%04d.%02d', code // 100, code % 100), '?')",
    "CREATE OR REPLACE MACRO amount_text(minor) AS format('{:,}', (minor + 50) // 100)",
)
"""How figures are written; they are there before the expression runs."""

_HOLE = re.compile(r"\{(\w+)\}")
_FIGURES = {
    "twin": "twin",
    "parts": "CAST(parts AS VARCHAR)",
    "kg_ratio": "ratio_text(kg_ratio)",
    "ratio": "ratio_text(ratio)",
    "other_ratio": "ratio_text(other_ratio)",
    "currency": "named",
    "quantities": "named",
    "units": "coalesce((SELECT min(name) FROM factors AS f "
    "WHERE kg_ratio BETWEEN f.ratio * 0.97 - 1 AND f.ratio * 1.03 + 1), '') || ', kilogram'",
    "export_kg": "kg_text(e_grams)",
    "import_kg": "kg_text(i_grams)",
    "export_hs": "hs_text(e_hs6)",
    "import_hs": "hs_text(i_hs6)",
    "export_vintage": "coalesce(CAST(e_vintage AS VARCHAR), '?')",
    "import_vintage": "coalesce(CAST(i_vintage AS VARCHAR), '?')",
    "origins": "coalesce(e_origin, '?') || ' / ' || coalesce(i_origin, '?')",
    "lag": "coalesce(CAST(lag AS VARCHAR), '?')",
    "consigned": "coalesce(consigned, '?')",
    "export_regime": "coalesce(CAST(e_regime AS VARCHAR), '?') || '.'",
    "import_regime": "coalesce(CAST(i_regime AS VARCHAR), '?') || '.'",
}
_SHARE = {"linked": "CAST(linked AS VARCHAR)", "count": "CAST(same_code AS VARCHAR)", "hs": "hs_text(hs6)"}
_RANGE = {
    "count": "CAST(peer_count AS VARCHAR)",
    "hs": "CASE WHEN by_code THEN hs_text(hs6) ELSE printf('%02d', hs6 // 10000) END",
    "low": "ratio_text(peer_low)",
    "high": "ratio_text(peer_high)",
}
_STAKE = {"amount": "amount_text(stake)"}
_PEERS = """CASE WHEN reason IN ('missing-import', 'missing-export') THEN
    CASE WHEN same_code > 0 THEN $linked ELSE '' END WHEN peer_count > 0 THEN $peers ELSE '' END"""
_AT_STAKE = "CASE WHEN coalesce(stake, 0) = 0 THEN $nothing WHEN by_duty THEN $duty ELSE $value END"


def told(usual_lag: str) -> str:
    """The explanation of a row as SQL over its ``kind`` and figures, in the language that is active.

    Each reason gets an expression of its own, so that a row costs the few figures that its sentences name.
    ``usual_lag`` are the words for the days that are usual on the corridor.
    """
    shared = sentences()
    peers = _PEERS.replace("$linked", filled(shared["linked"], _SHARE))
    stake = _AT_STAKE.replace("$nothing", quoted(shared["nothing"]))
    stake = stake.replace("$duty", filled(shared["duty"], _STAKE))
    figures = {
        **_FIGURES,
        "peers": peers.replace("$peers", filled(shared["peers"], _RANGE)),
        "stake": stake.replace("$value", filled(shared["value"], _STAKE)),
        "usual_lag": quoted(usual_lag),
    }
    texts = {str(reason): text for reason, text in explanations().items()}
    texts |= {reason + OF_QUANTITY: text for reason, text in of_quantities().items()}
    branches = [f"WHEN {quoted(kind)} THEN {filled(text, figures)}" for kind, text in texts.items()]
    return f"CASE kind {' '.join(branches)} END"


def filled(text: str, figures: Mapping[str, str]) -> str:
    """A text as SQL that puts a figure into each pair of braces; braces that name none stay as they are."""
    pieces = _HOLE.split(text)
    parts = [quoted(piece) for piece in pieces]
    for place in range(1, len(pieces), 2):
        parts[place] = figures.get(pieces[place], quoted("{" + pieces[place] + "}"))
    return "concat(" + ", ".join(f"({part})" for part in parts) + ")"
