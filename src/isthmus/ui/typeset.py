"""Documents of typst templates: the same files, the same bytes."""

from collections.abc import Mapping
from typing import Literal

Form = Literal["pdf", "png"]


def typeset(files: Mapping[str, bytes], form: Form = "pdf", ppi: float | None = None) -> list[bytes]:
    """The document of the template ``main``, which may read the other files by their names.

    One PDF, or a PNG a page; ``ppi`` is then in points an inch.
    """
    import typst

    made = typst.compile(dict(files), format=form, ppi=ppi)  # type: ignore[call-overload]  # its stub knows one file only
    pages = made if isinstance(made, list) else [made]
    return [page for page in pages if page is not None]
