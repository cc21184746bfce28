"""Excise for programs: the parts of the house under one address."""

from isthmus.apps.excise.assessment.api import router as assessment
from isthmus.apps.excise.assessment.assessment_api import router as assessments
from isthmus.apps.excise.events.api import router as events
from isthmus.apps.excise.guarantees.api import router as guarantees
from isthmus.apps.excise.movements.api import router as movements
from isthmus.apps.excise.permits.api import router as permits
from isthmus.apps.excise.registry.api import router as registry
from isthmus.apps.excise.returns.api import router as returns
from isthmus.apps.excise.returns.deeds_api import router as return_deeds
from isthmus.apps.excise.stamps.api import router as stamps
from isthmus.apps.excise.tariff.api import router as tariff
from isthmus.exchange.api.routes import Routes

router = Routes("excise")
router.add_router("", tariff)
router.add_router("", returns)
router.add_router("", return_deeds)
router.add_router("", registry)
router.add_router("", guarantees)
router.add_router("", permits)
router.add_router("", stamps)
router.add_router("", movements)
router.add_router("", events)
router.add_router("", assessment)
router.add_router("", assessments)
