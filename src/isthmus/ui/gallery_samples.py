"""What the gallery shows: invented figures, each component in its states, with the longest words at hand."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from isthmus.ui.components import (
    Action,
    Amount,
    Case,
    Compared,
    Empty,
    Event,
    Evidence,
    Fact,
    Facts,
    Link,
    Passport,
    Progress,
    SavedView,
    Share,
    State,
    Task,
    Tile,
)
from isthmus.ui.forms import Day, FilterForm
from isthmus.ui.shell import NavItem, Shell
from isthmus.ui.table import Column

MOMENT = datetime(2026, 11, 23, 10, 2, tzinfo=UTC)
WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
PERSON = "Daw Khin Myo Myint"
MM, CN = Tile("MM", _("Myanmar"), "here"), Tile("CN", _("China"))
STATES = (
    State("ok", _("Delivered")),
    State("wait", _("Waiting")),
    State("warn", _("Due tomorrow")),
    State("bad", _("Refused")),
    State("off", _("Withdrawn")),
)


def sample_shell(person: str = PERSON, theme: str = "") -> Shell:
    """The frame of an invented node; without a person, as a visitor sees it."""
    return Shell(
        node_tile="MM",
        node_name="Myanmar node",
        node_id="mm",
        version="0.1.0",
        applications=(
            NavItem(_("E-Trade"), "#", "declaration", current=True),
            NavItem(_("Excise"), "#", "excise"),
            NavItem(_("Solar planning"), "#", "solar"),
            NavItem(_("Workshops"), "#", "workshop"),
            NavItem(_("Experts"), "#", "expert"),
        ),
        application=_("E-Trade"),
        sections=(
            NavItem(_("Declarations"), "#", current=True),
            NavItem(_("Received"), "#", count=12),
            NavItem(_("Cases"), "#", count=3),
            NavItem(_("Mirror statistics"), "#"),
        ),
        organisation=_("Customs Department"),
        person=person,
        person_menu=(NavItem(_("Your account"), "#", "settings"),),
        sign_in_url="#",
        sign_out_url="#",
        search_url="#",
        health_url="#",
        checkpoint_url="#",
        theme="dark" if theme == "dark" else "",
    )


TASKS = (
    Task(_("Declarations that the partner refused"), "#", 3, _("China Customs"), MOMENT, STATES[2]),
    Task(_("Agreements to sign"), "#", 1, _("Republic of Moldova, excise movements"), None, STATES[1]),
    Task(
        _("Records in quarantine"), "#", 1_240, _("A handler failed; the records are safe"), None, STATES[3]
    ),
    Task(_("Nominations to approve"), "#", 0, "", None, STATES[0]),
)

FACTS = (
    Fact(_("Declaration"), "MM-2026-000481", "#"),
    Fact(_("Exporter"), "Ayeyarwady Rice & Pulses Trading Company Limited"),
    Fact(_("Net mass"), Amount(Decimal("26480.5"), "kg")),
    Fact(_("Statistical value"), Amount(18_240, "USD")),
    Fact(_("Destination"), CN),
    Fact(_("Issued"), MOMENT),
    Fact(_("Valid until"), date(2027, 5, 31)),
    Fact(_("State"), STATES[0]),
    Fact(_("Broker"), None),
)

SHARE = Share(((_("Free"), 620), (_("Reserved"), 300), (_("Claimed"), 80)), 1_000)

ANSWERS = (
    Facts(
        _("Your organisation"),
        (
            Fact(_("Name"), "Customs Department", change_url="#"),
            Fact(_("Where the link is checked by hand"), True, change_url="#"),
        ),
    ),
    Facts(_("The agreement"), (Fact(_("Record types"), ("etrade.export-declaration/1", "etrade.answer/1")),)),
)

PASSPORT = Passport(
    state=State("ok", _("Unchanged")),
    verdict=_("Unchanged since China Customs signed it on 23 Nov 2026 10:02 UTC; known as of today's list."),
    verify_url="#",
    groups=(
        Facts(
            _("Signature"),
            (Fact(_("Signed by"), CN), Fact(_("Certificate"), "kid 4tZxR0b1nQ…"), Fact(_("At"), MOMENT)),
        ),
        Facts(_("Agreement"), (Fact(_("Terms"), Link(_("Export declarations, 2026 to 2028"), "#")),)),
        Facts(
            _("Log"), (Fact(_("Entry"), 48_211, "#"), Fact(_("Receipt"), Link(_("Accepted by China"), "#")))
        ),
    ),
)

CASE = Case(
    statement=_("China received 1,180 kg less rice than Myanmar declared for MM-2026-000481."),
    state=State("warn", _("Open for 9 days")),
    here=MM,
    there=CN,
    compared=(
        Compared(_("Commodity"), "1006.30", "1006.30"),
        Compared(_("Net mass"), Amount(26_480, "kg"), Amount(25_300, "kg"), _("4.5 per cent less")),
        Compared(_("Packages"), 530, 530),
        Compared(
            _("Consignee"),
            "Yunnan Grain Import & Export",
            "云南粮食进出口有限公司",
            _("same register number"),
        ),
        Compared(_("Arrival"), None, date(2026, 11, 14)),
    ),
    reason=_(
        "Bags are weighed after drying; 4.5 per cent is within what comparable shipments lost in November."
    ),
    evidence=(
        Evidence(_("Moisture at loading was 15.1 %"), _("inspection sheet 88"), "#"),
        Evidence(_("41 of 52 comparable cases were accepted"), _("cases since January"), "#"),
    ),
    actions=(
        Action("ask", _("Ask the partner"), primary=True),
        Action("accept", _("Accept the difference")),
        Action("escalate", _("Escalate")),
        Action("dismiss", _("Dismiss")),
    ),
    action_url="#",
    history=(
        Event(MOMENT, _("This node"), _("opened the case."), "here"),
        Event(MOMENT, _("China Customs"), _("confirmed its weighing."), "there", _("Bridge 2, ticket 9917")),
    ),
)

WORK = (
    Progress(
        _("Reconcile November"), "#", 41_200, 98_000, State("wait", _("Running")), stop_url="#",
        note=_("Matching by container number"),
    ),
    Progress(_("Count the rows"), "#", 1_204, None, State("wait", _("Running")), stop_url="#"),
    Progress(
        _("Reconcile October"), "#", 91_118, 91_118, State("ok", _("Done")), finished=True,
        result=Link(_("See 214 cases"), "#"),
    ),
)  # fmt: skip


def running(url: str) -> Progress:
    """Work that is under way and asks ``url`` how far it is."""
    return replace(WORK[0], url=url)


EMPTY = Empty(
    _("No declarations yet"),
    _("What you publish stands here, with its receipt. It comes from a form, a file or the API."),
    Link(_("Add a declaration"), "#"),
)

VIEWS = (SavedView(_("All")), SavedView(_("Refused"), "state=refused"), SavedView(_("Mine, open"), "mine=1"))


class SampleFilters(FilterForm):
    """The filters of the sample list."""

    text = forms.CharField(label=_("Declaration or exporter"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        choices=(("", _("Any")), ("delivered", _("Delivered")), ("refused", _("Refused"))),
        required=False,
    )
    since = Day(label=_("Since"), required=False)


class SampleForm(forms.Form):
    """Each sort of field."""

    exporter = forms.CharField(label=_("Exporter"), help_text=_("As it stands in the register of companies."))
    mass = forms.DecimalField(label=_("Net mass, in kg"), min_value=0)
    day = Day(label=_("Day of loading"))
    destination = forms.ChoiceField(
        label=_("Destination"), choices=(("", _("Choose")), ("CN", _("China")), ("MD", _("Moldova")))
    )
    way = forms.ChoiceField(
        label=_("Way of transport"),
        choices=(("sea", _("Sea")), ("road", _("Road")), ("air", _("Air"))),
        widget=forms.RadioSelect,
    )
    papers = forms.MultipleChoiceField(
        label=_("Papers that travel with it"),
        choices=(("co", _("Certificate of origin")), ("phyto", _("Phytosanitary certificate"))),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Choose all that apply."),
    )
    remarks = forms.CharField(label=_("Remarks"), widget=forms.Textarea, required=False)
    scan = forms.FileField(label=_("Scan of the invoice"), required=False)
    sure = forms.BooleanField(label=_("I have checked the invoice against the packing list"))


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the sample list."""

    number: str
    exporter: str
    partner: Tile
    mass: Decimal
    issued: datetime
    state: State


ROWS = tuple(
    Row(
        f"MM-2026-{481 - i:06d}",
        ("Ayeyarwady Rice & Pulses Trading", "Shwe Taung Timber", "မြန်မာ့ရတနာ ကုန်သွယ်ရေး")[i % 3],
        (CN, Tile("MD", _("Moldova")), Tile("NG", _("Nigeria")))[i % 3],
        Decimal("26480.5") / (i + 1) // 1,
        datetime(2026, 11, 23 - i, 10, 2, tzinfo=UTC),
        STATES[i % 5],
    )
    for i in range(9)
)

COLUMNS: tuple[Column[Row], ...] = (
    Column("number", _("Declaration"), "number", "link", url=lambda row: "#"),  # noqa: ARG005  every row alike
    Column("exporter", _("Exporter"), "exporter"),
    Column("partner", _("Partner"), "partner"),
    Column("mass", _("Net mass"), "mass", "number", unit="kg"),
    Column("issued", _("Issued"), "issued", "date"),
    Column("state", _("State"), "state", "state"),
)
