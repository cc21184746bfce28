"""Whether the index was made by the rules of this release."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from isthmus.node.checkup.finding import Finding
from isthmus.search.queries import stale_documents


def search() -> Iterator[Finding]:
    """Documents that an earlier release indexed: some of their words may not be found."""
    what = _("Search")
    stale = stale_documents()
    if stale:
        found = _("%(count)d documents were indexed by the rules of an earlier release.") % {"count": stale}
        yield Finding("warning", what, found, _("Run isthmus search rebuild --stale."))
    else:
        yield Finding("ok", what, _("Every document is indexed by the rules of this release."))
