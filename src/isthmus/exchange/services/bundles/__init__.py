"""Bundles: what waits for a partner as a file for a USB stick, and what a partner's file brings."""

from isthmus.exchange.services.bundles.exporting import Exported, export_bundle
from isthmus.exchange.services.bundles.importing import ImportReport, import_bundle
from isthmus.exchange.services.bundles.reading import Outlook, look_at

__all__ = ["Exported", "ImportReport", "Outlook", "export_bundle", "import_bundle", "look_at"]
