"""What Excise's movements declare to the node."""

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import RecordType
from isthmus.exchange.house import House, Page
from isthmus.jobs.declare import JobKind, every

_SERVICES = "isthmus.apps.excise.movements.services."

HOUSE = House(
    access_rules=(
        Rule(
            "excise.movement.view",
            _("See movements of excise goods"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            "excise.movement.say",
            _("Send, receive and report on movements of excise goods"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(
            "excise.gate.scan",
            _("Check loads of excise goods at a gate"),
            frozenset({Role.OFFICER}),
            Reach.NODE,
        ),
    ),
    event_words={
        "excise.movement-drafted": _("Drafted a movement of excise goods"),
        "excise.movement-accepted": _("Accepted a movement of excise goods"),
        "excise.movement-said": _("Sent a message about a movement of excise goods"),
        "excise.movement-closed": _("Closed a movement of excise goods"),
        "excise.movement-settled": _("Settled the duty on what did not arrive"),
        "excise.movement-uncovered": _("Found no guarantee for duty that is still at stake"),
        "excise.gate-passed": _("Let a load through a gate"),
        "excise.gate-stopped": _("Stopped a load at a gate"),
        "excise.gate-alarm": _("Raised an alarm about a load at a partner's gate"),
    },
    organisation_paths={
        "excise.Movement": "organisation_id",
        "excise.GateScan": "organisation_id",
    },
    record_types=(
        RecordType(
            "excise.movement-message",
            1,
            _("Message about a movement of excise goods"),
            "isthmus.apps.excise.movements.records:MovementMessageV1",
            f"{_SERVICES}receiving:receive_message",
            check=f"{_SERVICES}receiving:check_message",
            erase=f"{_SERVICES}receiving:erase_message",
            restored=f"{_SERVICES}receiving:restore_message",
            numbered=f"{_SERVICES}receiving:take_number",
        ),
        RecordType(
            "excise.gate-scan",
            1,
            _("Load of excise goods at a gate"),
            "isthmus.apps.excise.movements.records:GateScanV1",
            f"{_SERVICES}gates:receive_scan",
            erase=f"{_SERVICES}gates:erase_scan",
            restored=f"{_SERVICES}gates:restore_scan",
            numbered=f"{_SERVICES}receiving:take_number",
        ),
    ),
    jobs=(
        JobKind("excise.movement-reminders", f"{_SERVICES}answering:send_reminders", schedule=every(hours=1)),
    ),
    pages=(
        Page("excise.movement.view", _("Movements"), "excise:movements"),
        Page("excise.gate.scan", _("At the gate"), "excise:gate"),
    ),
)
