"""What business partners declare to the node."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from isthmus.accounts.policy import Reach, Rule
from isthmus.accounts.roles import Role
from isthmus.exchange.application import RecordType, Searchable, Taker
from isthmus.exchange.house import House, Page
from isthmus.exchange.rules.handing import FIGURES, PARTNER, PROBLEM, TITLE
from isthmus.jobs.declare import JobKind, daily, every

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

VIEW, WRITE = "partners.listing.view", "partners.listing.write"
INTRODUCTIONS, INTRODUCE = "partners.introduction.view", "partners.introduction.write"
SIGN = "partners.letter.sign"
DRAFT = "need"
_HERE = "isthmus.apps.partners."


def _type(name: str, title: "_StrOrPromise", model: str, step: str, room: str) -> RecordType:
    path, signed = f"{_HERE}services.{room}:", step == "letter"
    return RecordType(
        f"partners.{name}",
        1,
        title,
        f"{_HERE}records:{model}",
        f"{path}receive_{step}",
        check=f"{path}check_{step}",
        samples=f"{_HERE}queries.samples:{step}s",
        erase=f"{_HERE}services.keeping:erase",
        restored=f"{_HERE}services.restoring:restore",
        numbered=f"{_HERE}services.keeping:take_number",
        countersigned=signed,
        completed=f"{path}complete_letter" if signed else "",
    )


def _searchable(kind: str, title: "_StrOrPromise") -> Searchable:
    return Searchable(kind, title, VIEW, f"{_HERE}queries.sightings:{kind}")


SEARCHABLE = (_searchable("needs", _("Needs")), _searchable("offers", _("Offers")))
HOUSE = House(
    access_rules=(
        Rule(VIEW, _("See needs and offers of firms and agencies"), frozenset(Role), Reach.NODE),
        Rule(WRITE, _("Enter needs and offers"), frozenset({Role.OFFICER}), Reach.ORGANISATION),
        Rule(
            INTRODUCTIONS,
            _("See introductions and letters of intent"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
            everywhere=frozenset({Role.APPROVER, Role.AUDITOR, Role.OPERATOR}),
        ),
        Rule(
            INTRODUCE,
            _("Ask for introductions, answer them, draft letters and tell what became of them"),
            frozenset({Role.OFFICER}),
            Reach.ORGANISATION,
        ),
        Rule(SIGN, _("Sign letters of intent for this node"), frozenset({Role.APPROVER}), Reach.NODE),
    ),
    event_words={
        "partners.entered": _("Entered a need or an offer"),
        "partners.confirmed": _("Confirmed a need or an offer"),
        "partners.withdrawn": _("Withdrew a need or an offer"),
        "partners.reminded": _("Reminded of a need or an offer that ends soon"),
        "partners.introduction-asked": _("Asked for an introduction"),
        "partners.introduction-answered": _("Answered an introduction"),
        "partners.introduction-withdrawn": _("Withdrew an introduction"),
        "partners.details-opened": _("Opened name and contact to a partner"),
        "partners.letter-drafted": _("Drafted a letter of intent"),
        "partners.letter-signed": _("Signed a letter of intent"),
        "partners.letter-declined": _("Declined a letter of intent"),
        "partners.letter-withdrawn": _("Withdrew a letter of intent"),
        "partners.outcome-told": _("Told what became of an introduction"),
    },
    organisation_paths={"partners.Listing": "organisation_id"},
    record_types=(
        _type("need", _("Need of a business partner"), "NeedV1", "need", "receiving"),
        _type("offer", _("Offer of a business partner"), "OfferV1", "offer", "receiving"),
        _type(
            "introduction",
            _("Introduction of business partners"),
            "IntroductionV1",
            "introduction",
            "hearing",
        ),
        _type("letter-of-intent", _("Letter of intent"), "LetterOfIntentV1", "letter", "lettering"),
        _type("letter-answer", _("End of a letter of intent"), "LetterAnswerV1", "letter_answer", "closing"),
    ),
    jobs=(
        JobKind("partners.share", f"{_HERE}services.listing:share_missing", schedule=every(minutes=10)),
        JobKind("partners.look-after", f"{_HERE}services.ending:look_after", schedule=daily(2, 40)),
        JobKind("partners.ask-outcomes", f"{_HERE}services.outcomes:ask_all", schedule=daily(2, 50)),
    ),
    pages=(
        Page(VIEW, _("Needs"), "partners:needs"),
        Page(VIEW, _("Offers"), "partners:offers"),
        Page(INTRODUCTIONS, _("Introductions"), "partners:introductions", beside=("partners:letters",)),
        Page(VIEW, _("What became of it"), "partners:outcomes"),
    ),
    takes=(
        Taker(
            DRAFT,
            _("Enter a need from it"),
            WRITE,
            "partners:need-new",
            frozenset({TITLE, PROBLEM, PARTNER, FIGURES}),
            f"{_HERE}queries.drafts:made",
            args=("goods",),
        ),
    ),
)
