"""Family solar for programs: the parts of the house under one address."""

from isthmus.apps.solar.sizing.api import router as sizing
from isthmus.apps.solar.surface.api import router as surface
from isthmus.apps.solar.tenders.api import router as tenders
from isthmus.exchange.api.routes import Routes

router = Routes("solar")
router.add_router("", sizing)
router.add_router("", surface)
router.add_router("", tenders)
