"""What a family uses, as a load hour by hour."""

from collections.abc import Sequence

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from isthmus.apps.solar.loads.rules.limits import LEAST_WH, MOST_WH
from isthmus.apps.solar.loads.rules.shapes import EVENING, hourly_wh, is_shape
from isthmus.kit.errors import BadInput


def load_of(wh_per_day: float, hours: int, shape: Sequence[float] = EVENING) -> NDArray[np.float64]:
    """The load of ``hours`` hours from midnight, Wh. BadInput for no load, a factory's, or no shape."""
    if not LEAST_WH <= wh_per_day <= MOST_WH:
        raise BadInput(
            "solar.load",
            _("A family uses between %(least)d and %(most)d Wh a day, not %(given)s.")
            % {"least": LEAST_WH, "most": MOST_WH, "given": f"{wh_per_day:.10g}"},
            next_step=_("Give watt-hours a day: a lamp of 5 W for 4 hours is 20 Wh."),
        )
    shares = np.asarray(shape, dtype=np.float64)
    if not is_shape(shares):
        raise BadInput(
            "solar.shape",
            _("The shape of a day has 24 shares, one an hour, none below zero and not all zero."),
        )
    return hourly_wh(wh_per_day, shares, hours)
