"""What the worker does for the registry."""

from isthmus.apps.excise.registry.services import extract
from isthmus.jobs.progress import Progress


def send_extracts(_progress: Progress) -> dict[str, int]:
    """Send each partner under an agreement what changed in the registry; how many statements went to each."""
    return extract.send_to_all(actor="worker")
