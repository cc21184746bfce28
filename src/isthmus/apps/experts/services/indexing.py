"""What of an expert can be found, written in the transaction that changes the row."""

from isthmus.apps.experts.models import Expert
from isthmus.search.services import Entry, put, remove
from isthmus.ui.formats import country_name

KIND = "experts"


def text_of(row: Expert) -> str:
    """What is found beside name and headline; never a contact detail."""
    skills = [f"{one['name']} {one.get('code', '')}".strip() for one in row.skills]
    places = [country_name(code) for code in row.countries]
    sectors = [one.replace("-", " ") for one in row.sectors]
    return "\n".join(part for part in (row.summary, *skills, ", ".join(sectors), ", ".join(places)) if part)


def index(row: Expert) -> None:
    """Let an expert be found while listed, and no longer."""
    if row.listed and row.erased_at is None:
        title = ", ".join(part for part in (row.name, row.headline) if part)
        put(KIND, [Entry(row.key, title, text_of(row), row.language)])
    else:
        remove(KIND, [row.key])
