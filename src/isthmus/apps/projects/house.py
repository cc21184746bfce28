"""What projects declare to the node."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import RecordType, Searchable, Taker
from isthmus.exchange.house import House, Page
from isthmus.exchange.rules.handing import FIELDS
from isthmus.jobs.declare import JobKind, every

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

VIEW, PROPOSE, LEAD = "projects.topic.view", "projects.topic.propose", "projects.topic.lead"
TAKE_PART, SIGN = "projects.topic.take-part", "projects.gate.sign"
SIGN_BY_PROGRAM = "projects.gate.sign-by-program"
KIND, DRAFT = "topics", "topic"
HAND_ON_JOB = "projects.hand-on"
_HERE = "isthmus.apps.projects."


def _type(sort: str, title: "_StrOrPromise", model: str) -> RecordType:
    path = f"{_HERE}services.receiving:"
    files = sort in {"contribution", "relay"}
    return RecordType(
        f"projects.{sort}",
        1,
        title,
        f"{_HERE}records:{model}",
        f"{path}receive_{sort}",
        check=f"{path}check_{sort}",
        samples=f"{_HERE}sample_queries:{sort}s",
        attachments=files,
        arrived=f"{_HERE}services.keeping:take_file" if files else "",
        erase=f"{_HERE}services.keeping:erase",
        restored=f"{_HERE}services.keeping:restore",
        numbered=f"{_HERE}services.keeping:take_number",
    )


HOUSE = House(
    access_rules=(
        Rule(VIEW, _("See topics and what became of them"), frozenset(Role), Reach.NODE),
        Rule(PROPOSE, _("Propose topics"), frozenset({Role.OFFICER}), Reach.ORGANISATION),
        Rule(
            LEAD,
            _("Lead own topics: put and open gates, close"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER}),
        ),
        Rule(
            TAKE_PART,
            _("Join topics for this country, and contribute"),
            frozenset({Role.OFFICER, Role.APPROVER}),
            Reach.NODE,
        ),
        Rule(SIGN, _("Sign gates of topics for this country"), frozenset({Role.APPROVER}), Reach.NODE),
        # A token is never an approver: who lets a program sign gives it the operator's part.
        Rule(SIGN_BY_PROGRAM, _("Sign gates of topics by program"), frozenset({Role.OPERATOR}), Reach.NODE),
    ),
    event_words={
        "projects.proposed": _("Proposed a topic"),
        "projects.shared": _("Showed a topic to more partners"),
        "projects.joined": _("Joined a topic"),
        "projects.left": _("Left a topic"),
        "projects.gate-put": _("Put a gate for signature"),
        "projects.gate-signed": _("Signed a gate"),
        "projects.gate-refused": _("Refused to sign a gate"),
        "projects.gate-opened": _("Opened a gate"),
        "projects.gate-dropped": _("Dropped a gate"),
        "projects.contributed": _("Contributed to a topic"),
        "projects.closed": _("Closed a topic with its lesson"),
    },
    organisation_paths={
        "projects.Topic": "organisation_id",
        "projects.Statement": "topic__organisation_id",
        "projects.Delivery": "statement__topic__organisation_id",
    },
    record_types=(
        _type("topic", _("Topic of a virtual project"), "TopicV1"),
        _type("interest", _("Interest in a topic"), "InterestV1"),
        _type("gate", _("Gate of a topic"), "GateV1"),
        _type("contribution", _("Contribution to a topic"), "ContributionV1"),
        _type("relay", _("Statement about a topic, handed on"), "RelayV1"),
    ),
    jobs=(
        JobKind(
            HAND_ON_JOB, f"{_HERE}services.telling:hand_on_job", schedule=every(hours=1), lease_seconds=300
        ),
    ),
    pages=(
        Page(VIEW, _("Topics"), "projects:topics"),
        Page(VIEW, _("Tasks of topics"), "projects:tasks"),
    ),
    takes=(
        Taker(
            DRAFT,
            _("Propose a topic from it"),
            PROPOSE,
            "projects:propose",
            FIELDS,
            f"{_HERE}draft_queries:made",
        ),
    ),
)
SEARCHABLE = (Searchable(KIND, _("Topics"), VIEW, sightings=f"{_HERE}front_queries:sightings"),)
