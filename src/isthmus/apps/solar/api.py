"""Family solar for programs: the parts of the house under one address."""

from isthmus.apps.solar.tenders.api import router as tenders
from isthmus.exchange.api.routes import Routes

router = Routes("solar")
router.add_router("", tenders)
