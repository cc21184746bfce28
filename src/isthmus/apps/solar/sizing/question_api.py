"""A program's question made ready for the engine, and what is wrong with it named by its parameter."""

from collections.abc import Callable
from typing import TypeVar

from isthmus.accounts.api import TokenRequest
from isthmus.accounts.attempts import TooManyRequests
from isthmus.accounts.policy import require
from isthmus.accounts.throttle import Throttle
from isthmus.apps.solar.sizing.api_shapes import SolarQuestion
from isthmus.apps.solar.sizing.house import VIEW
from isthmus.kit.errors import BadInput, FieldFault

QUESTIONS = Throttle(burst=15, per_minute=30)
"""Questions of one token: each costs the node a second of work or more."""
_PARAMETERS = {
    "solar.use": "wh_per_day",
    "solar.use-beside": "appliances",
    "solar.load": "wh_per_day",
    "solar.shape": "shape",
    "solar.appliances": "appliances",
    "solar.no-load": "appliances",
    "solar.country": "country",
    "solar.controller": "pwm_cells",
    "solar.place": "lat",
    "solar.no-climate": "lat",
    "solar.too-dark": "lat",
}
"""The parameter at fault by the code of an error, where the parameters are each good by themselves."""
_INSTEAD = {"wh_per_day": "appliances", "lat": "place"}
"""What may stand in its stead, and is at fault then."""
Found = TypeVar("Found")
Asked = TypeVar("Asked", bound=SolarQuestion)


def answered(request: TokenRequest, asked: Asked, answer: Callable[[Asked], Found]) -> Found:
    """The engine's answer. Refused without the right, TooManyRequests; BadInput names the parameter."""
    require(request.actor, VIEW)
    wait = QUESTIONS.take(request.actor.token_id)
    if wait:
        raise TooManyRequests(wait)
    try:
        return answer(asked)
    except BadInput as error:
        where = _PARAMETERS.get(error.code)
        if error.faults or where is None:
            raise
        instead = _INSTEAD.get(where, where)
        where = instead if getattr(asked, instead) is not None else where
        faults = (FieldFault(where, error.message),)
        raise BadInput(error.code, error.message, next_step=error.next_step, faults=faults) from error
