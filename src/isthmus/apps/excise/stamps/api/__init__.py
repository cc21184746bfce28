"""Stamps for programs: checking and custody, deciding, handing over, indications."""

from isthmus.apps.excise.stamps.api.custody import router as custody
from isthmus.apps.excise.stamps.api.handing import router as handing
from isthmus.exchange.api.routes import Routes

router = Routes("excise")
router.add_router("", custody)
router.add_router("", handing)
