"""The one error tree of the platform.

Every error a person can meet carries a stable ``code``, a ``message`` that says what happened and, where
somebody can act, a ``next_step``. The edges turn an error into RFC 9457 problem details, an exit code or
an error summary; nothing else in the house formats errors.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One fault inside an input: ``where`` is a field path, a line or a file; ``message`` is for a person."""

    where: str
    message: str


class IsthmusError(Exception):
    """Base of every error this platform raises on purpose.

    ``exit_code`` follows the command line's contract: 0 done, 1 our fault, 2 bad input, 3 refused,
    4 not found. ``status`` is the HTTP status of the same answer.
    """

    exit_code = 1
    status = 500

    def __init__(
        self,
        code: str,
        message: str,
        *,
        next_step: str = "",
        faults: tuple[FieldFault, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.next_step = next_step
        self.faults = faults

    def __str__(self) -> str:
        return f"{self.message} {self.next_step}".strip()


class Fault(IsthmusError):
    """Something on our side broke: a disk, a database, a bug."""


class BadInput(IsthmusError):
    """The input cannot be used as it is; the sender can correct it."""

    exit_code = 2
    status = 422


class Refused(IsthmusError):
    """Not allowed, not agreed or not verified."""

    exit_code = 3
    status = 403


class NotFound(IsthmusError):
    """What was asked for is not here, or not visible to the one who asks."""

    exit_code = 4
    status = 404


class Conflict(BadInput):
    """The input is well formed but contradicts the present state."""

    status = 409
