"""The job that tells partners what could not be told at once."""

from isthmus.apps.etrade.services import documents, events
from isthmus.jobs.progress import Progress


def send_news(progress: Progress) -> dict[str, int]:
    """Tell partners what happened to declarations and documents that they have; returns how much was told."""
    told = events.send_news(progress)["told"] + documents.send_news(progress)["told"]
    return {"told": told}
