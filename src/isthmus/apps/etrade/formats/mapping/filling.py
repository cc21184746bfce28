"""What follows from the mapped fields: item numbers, HS codes and editions, totals."""

import re
from datetime import date

from isthmus.apps.etrade.formats.draft import Draft
from isthmus.apps.etrade.rules.amounts import add_up
from isthmus.apps.etrade.rules.tariff import edition_in_force

_TOTALS = ("net_kg", "gross_kg", "fob_value")


def complete(draft: Draft) -> None:
    """Fill what the mapped fields amount to, and leave alone what the source states itself.

    An item without a number is numbered by its position; a tariff code gives its HS code, and the day of
    the declaration the edition; a total is stated where every item states the figure, and is never
    guessed from some of them.
    """
    body, items, match = draft.stated()
    day = body.get("accepted_on") or body.get("lodged_on")
    edition = edition_in_force(date.fromisoformat(day)) if isinstance(day, str) else None
    for at, item in enumerate(items):
        line = draft.line_of(("items", at))
        item.setdefault("number", at + 1)
        for name in ("tariff_code", "hs_code"):
            if isinstance(item.get(name), str):
                item[name] = re.sub(r"[ .]", "", str(item[name]))
        tariff, code = str(item.get("tariff_code", "")), str(item.get("hs_code", ""))
        if not code and re.fullmatch(r"[0-9]{6,14}", tariff):
            draft.put(("items", at, "hs_code"), tariff[:6], line)
        elif re.fullmatch(r"[0-9]{7,14}", code):
            # A column of HS codes often holds the national code, which is longer.
            item["hs_code"] = code[:6]
            if not tariff:
                draft.put(("items", at, "tariff_code"), code, line)
        if item.get("hs_code") and edition:
            item.setdefault("hs_version", edition)
    for name in _TOTALS:
        figures = [item.get(name) for item in items]
        if name not in match and figures and all(isinstance(figure, str) for figure in figures):
            line = draft.line_of(("items", 0))
            try:
                draft.put(("match", name), add_up(str(figure) for figure in figures), line)
            except ValueError as error:
                draft.fault(("match", name), str(error), line)
