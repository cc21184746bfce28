"""The form by which an officer says which column is which field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.apps.etrade.formats.mapping.definition import ColumnTable
from isthmus.apps.etrade.formats.mapping.targets import targets_of

RECORDS = (
    ("etrade.export-declaration/1", _("Export declarations")),
    ("etrade.import-declaration/1", _("Import declarations")),
)
WRITTEN = (
    ("", _("As it is")),
    ("dmy", _("Day, month, year")),
    ("mdy", _("Month, day, year")),
    ("ymd-buddhist", _("Year, month, day; Buddhist era")),
    ("dmy-buddhist", _("Day, month, year; Buddhist era")),
    ("comma", _("Decimal comma")),
    ("TNE", _("In tonnes")),
    ("TNE-comma", _("In tonnes, decimal comma")),
    ("LBR", _("In pounds")),
)


class MappingForm(forms.Form):
    """A name, what the rows are, and for each column its field and how it is written."""

    name = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{0,59}$",
        label=_("Name of the mapping"),
        help_text=_("Small letters, digits and hyphens, such as maccs-exports."),
    )
    record = forms.ChoiceField(label=_("What the rows are"), choices=RECORDS)
    currency = forms.RegexField(
        r"^[A-Z]{3}$", label=_("Currency of all values"), required=False, help_text=_("Such as USD.")
    )

    def __init__(self, *args: Any, headers: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headers = headers
        record = self.data.get("record") or RECORDS[0][0]
        if record not in dict(RECORDS):
            record = RECORDS[0][0]
        targets = targets_of(record)
        choices = [("", _("Leave out")), *((path, titled(path, one.title)) for path, one in targets.items())]
        by_title = {one.title.lower(): path for path, one in targets.items()}
        for at, header in enumerate(headers):
            guess = by_title.get(header.lower(), "")
            self.fields[f"field_{at}"] = forms.ChoiceField(
                label=header, choices=choices, required=False, initial=guess
            )
            self.fields[f"written_{at}"] = forms.ChoiceField(
                label=_("%(column)s is written") % {"column": header}, choices=WRITTEN, required=False
            )

    def definition(self) -> ColumnTable:
        """The mapping that was chosen; ValidationError of Pydantic where it is none."""
        given = self.cleaned_data
        rules: list[dict[str, Any]] = []
        for at, header in enumerate(self.headers):
            if not given.get(f"field_{at}"):
                continue
            written = str(given.get(f"written_{at}") or "")
            order, _dash, era = written.partition("-")
            rule: dict[str, Any] = {"field": given[f"field_{at}"], "column": header}
            if order in {"dmy", "mdy", "ymd"}:
                rule |= {"order": order, "era": era or "common"}
            if written.endswith("comma"):
                rule["decimal"] = ","
            if order in {"TNE", "LBR"}:
                rule["unit"] = order
            rules.append(rule)
        if given.get("currency"):
            rules.append({"field": "match.currency", "constant": given["currency"]})
        return ColumnTable.model_validate({"record": given["record"], "columns": rules})


def titled(path: str, title: str) -> str:
    """The title of a field, with the part of the record in which it stands."""
    part = {"items": _("Item"), "match": _("Whole")}.get(path.partition(".")[0])
    return f"{part}: {title}" if part and "." in path else title
