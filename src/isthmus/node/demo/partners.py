"""What firms need and offer in the demonstration: assembly of telecom products, tablets and family solar.

Everything goes through the services; nothing is written around them. What was done at an earlier start is
found and left alone. Needs stand in Myanmar, Bangladesh and the Maldives, offers in China, Thailand, Moldova.
"""

from dataclasses import dataclass

from isthmus.accounts.models import Organisation
from isthmus.apps.partners.models import Introduction, Listing
from isthmus.apps.partners.queries.matches import matches_of
from isthmus.apps.partners.services import introducing
from isthmus.apps.partners.services import listing as listings
from isthmus.apps.partners.services.listing import Given
from isthmus.exchange import queries
from isthmus.node.demo.countries import MARK
from isthmus.node.demo.trade import Answer, who

FIRM = "broker"
"""The firm of each node that has more than an agency: it makes and assembles things in this story."""

STATIONS = {"product": "TD-SCDMA base stations", "hs_code": "851761"}
HANDSETS = {"product": "TD-SCDMA handsets", "hs_code": "851714"}
TABLETS = {"product": "Tablet computers", "hs_code": "847130"}
SOLAR = {"product": "Family solar sets", "hs_code": "854143", "unit": "set"}


@dataclass(frozen=True, slots=True)
class SampleListing:
    """A need or an offer of a node's firm."""

    kind: str
    given: Given


def _listed(
    kind: str, title: str, goods: dict[str, str], quantity: int, text: str, **more: object
) -> SampleListing:
    stated: dict[str, object] = {
        **goods,
        "title": f"{title} {MARK}",
        "quantity": quantity,
        "text": text,
        "contact": f"Purchasing office {MARK}" if kind == "need" else f"Export office {MARK}",
        "email": "purchasing@firm.example" if kind == "need" else "export@firm.example",
        **more,
    }
    return SampleListing(kind, Given(**stated))  # type: ignore[arg-type]  # the members of a sample


_ISO = {"kind": "ISO 9001", "number": "SAMPLE-9001", "valid_until": "2031-12-31"}
_IEC = {"kind": "IEC TS 62257-9-5", "number": "SAMPLE-62257", "valid_until": "2030-06-30"}

SAMPLES: dict[str, tuple[SampleListing, ...]] = {
    "mm": (
        _listed(
            "need", "SKD kits of base stations for rural networks", STATIONS, 1_500,
            "Assembly, test and repair of base stations in a new hall; training of forty people.",
            levels=("skd",), local_content=20, certificates=({"kind": "ISO 9001"},), countries=("CN", "TH"),
            incoterm="CIF", payment="Letter of credit",
        ),
        _listed(
            "need", "Tablets for schools, assembled here", TABLETS, 30_000,
            "Tablets with Burmese fonts for schools, delivered as kits and assembled in Yangon.",
            levels=("skd", "ckd"), local_content=15,
        ),
    ),
    "bd": (
        _listed(
            "need", "Handsets as kits for assembly", HANDSETS, 200_000,
            "Handsets delivered as kits, with the test bench and spare parts for two years.",
            levels=("skd", "ckd"), local_content=30, countries=("CN",), incoterm="FOB",
        ),
        _listed(
            "need", "Family solar for char islands", SOLAR, 40_000,
            "Solar home systems for families on river islands, with batteries that can be taken back.",
            levels=("skd", "complete"), certificates=({"kind": "IEC TS 62257-9-5"},),
        ),
    ),
    "mv": (
        _listed(
            "need", "Family solar for islands", SOLAR, 800,
            "Solar sets that stand salt and heat, with spare batteries for four years.",
            levels=("complete", "skd"), certificates=({"kind": "IEC TS 62257-9-5"},),
        ),
    ),
    "cn": (
        _listed(
            "offer", "Base stations as SKD kits", STATIONS, 12_000,
            "Kits of base stations with a line of assembly, test benches and training of people.",
            levels=("skd", "ckd"), local_content=25, certificates=(_ISO,), countries=("MM", "BD"),
            incoterm="FOB",
        ),
        _listed(
            "offer", "Handsets in kits, with test bench", HANDSETS, 900_000,
            "Handsets as kits, with spare parts and a test bench; the first line is set up by our people.",
            levels=("ckd", "skd"), local_content=30, certificates=(_ISO,),
        ),
        _listed(
            "offer", "平板电脑散件组装", TABLETS | {"product": "平板电脑"}, 400_000,
            "学校用平板电脑，散件交货，培训组装线。", language="zh", levels=("skd", "ckd", "complete"),
        ),
    ),
    "th": (
        _listed(
            "offer", "Tablets for schools, kits or complete", TABLETS, 60_000,
            "Tablets for schools with fonts of the region; kits are assembled by the buyer.",
            levels=("skd", "complete"), local_content=40, certificates=(_ISO,), countries=("MM",),
        ),
    ),
    "md": (
        _listed(
            "offer", "Solar sets for families", SOLAR, 5_000,
            "Solar sets of modules, batteries and lamps for families; batteries are taken back.",
            levels=("skd", "complete"), certificates=(_IEC,), incoterm="FOB",
        ),
    ),
}  # fmt: skip


def enter_needs_and_offers() -> Answer:
    """Enter the sample needs and offers of this node that are not there yet."""
    new = 0
    firm = Organisation.objects.filter(code=FIRM).first()
    for sample in SAMPLES.get(queries.me(), ()):
        known = Listing.objects.filter(partner="", kind=sample.kind, title=sample.given.title)
        if firm is not None and not known.exists():
            listings.enter(sample.kind, firm, sample.given, actor=who("officer"))
            new += 1
    counts = {kind: Listing.objects.filter(kind=kind).count() for kind in ("need", "offer")}
    return {"new": new, "needs": counts["need"], "offers": counts["offer"]}


def ask_best() -> Answer:
    """Ask for an introduction of each own need to the partner's offer that fits it best; once."""
    asked = 0
    for need in Listing.objects.filter(partner="", kind="need").order_by("pk"):
        if Introduction.objects.filter(need=need).exists():
            continue
        best = next((one for one in matches_of(need).found if one.row.partner), None)
        if best is not None:
            introducing.ask(need, best.row, place=best.place, actor=who("officer"))
            asked += 1
    return {"asked": asked, "introductions": Introduction.objects.count()}


def agree_to_first() -> Answer:
    """Agree to the oldest introduction that waits here for an answer; the others are left for people."""
    waiting = Introduction.objects.filter(state=Introduction.State.ASKED).order_by("pk")
    first = next((row for row in waiting if introducing.may_answer(row)), None)
    agreed = Introduction.objects.exclude(state=Introduction.State.ASKED).exists()
    if first is not None and not agreed:
        introducing.answer(first, agree=True, actor=who("officer"))
    states = Introduction.objects.order_by("pk").values_list("state", flat=True)
    return {"states": list(states)}
