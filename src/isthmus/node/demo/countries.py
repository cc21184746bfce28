"""The eight nodes of the demonstration. Every organisation and person is invented and marked as a sample."""

from dataclasses import dataclass

from isthmus.apps.etrade.reconciliation.rules.reasons import Reason

MARK = "(sample)"
PASSWORD = "bridge-of-land"  # noqa: S105  printed for everybody: the nodes listen on this machine only
ROLES = ("approver", "operator", "officer", "auditor")


@dataclass(frozen=True, slots=True)
class SampleOrganisation:
    """A ministry, agency, firm or secretariat; ``kind`` as in accounts.

    ``officer`` is one of its own, who signs in as CODE@NODE.example; empty where only the node's act for it.
    """

    code: str
    name: str
    kind: str
    officer: str = ""


@dataclass(frozen=True, slots=True)
class SampleNode:
    """A node and who works there: one officer for each role, in the order of ``ROLES``.

    The first organisation is the one that deals with declarations, excise or electricity; its officer is the
    node's officer.
    """

    id: str
    name: str
    country: str
    time_zone: str
    organisations: tuple[SampleOrganisation, ...]
    people: tuple[str, str, str, str]

    def email(self, role: str) -> str:
        """The address under which the officer of a role signs in; .example belongs to nobody."""
        return f"{role}@{self.id}.example"


def _three(country: str, customs: str, trade: str, firm: str) -> tuple[SampleOrganisation, ...]:
    return (
        SampleOrganisation("customs", f"{customs} {MARK}", "agency"),
        SampleOrganisation("trade", f"{trade} {MARK}", "ministry"),
        SampleOrganisation("broker", f"{firm}, {country} {MARK}", "firm"),
    )


MAKERS = (
    ("east-light", "East Light Home Systems, Ningbo", "Gao Min"),
    ("river-sun", "River Sun Solar Works, Wuxi", "Sun Hong"),
)
"""Firms at the node of China that make solar systems: code, name, and who writes their quotes."""

NODES = (
    SampleNode(
        "cifal",
        "CIFAL Shanghai",
        "",
        "Asia/Shanghai",
        (SampleOrganisation("secretariat", f"Programme secretariat {MARK}", "secretariat"),),
        ("Lin Yue", "Omar Haddad", "Sofia Marin", "Grace Mensah"),
    ),
    SampleNode(
        "mm",
        "Myanmar",
        "MM",
        "Asia/Yangon",
        _three("Yangon", "Customs House Yangon", "Trade Ministry of Myanmar", "Strand Road Forwarders"),
        ("Daw Hnin Ei", "U Min Thu", "Ma Su Su", "U Kyaw Zin"),
    ),
    SampleNode(
        "cn",
        "China",
        "CN",
        "Asia/Shanghai",
        (
            *_three("Ruili", "Customs Office Ruili", "Trade Ministry of China", "Clear Stream Trading"),
            *(SampleOrganisation(code, f"{name} {MARK}", "firm", who) for code, name, who in MAKERS),
        ),
        ("Chen Jing", "Wang Lei", "Zhao Min", "Liu Yang"),
    ),
    SampleNode(
        "th",
        "Thailand",
        "TH",
        "Asia/Bangkok",
        _three("Mae Sot", "Customs House Mae Sot", "Trade Ministry of Thailand", "Moei River Forwarders"),
        ("Malee Srisuk", "Somchai Rattanakul", "Anong Kittisak", "Niran Chaiyasit"),
    ),
    SampleNode(
        "bd",
        "Bangladesh",
        "BD",
        "Asia/Dhaka",
        _three("Chattogram", "Custom House Chattogram", "Trade Ministry of Bangladesh", "Karnaphuli Freight"),
        ("Nusrat Jahan", "Kamal Hossain", "Shirin Akter", "Rafiq Islam"),
    ),
    SampleNode(
        "md",
        "Moldova",
        "MD",
        "Europe/Chisinau",
        _three("Chişinău", "Tax Service of Moldova", "Economy Ministry of Moldova", "Codru Wines Export"),
        ("Elena Rusu", "Andrei Ciobanu", "Maria Lupu", "Ion Moraru"),
    ),
    SampleNode(
        "mv",
        "Maldives",
        "MV",
        "Indian/Maldives",
        _three(
            "Malé", "Customs Service of the Maldives", "Trade Ministry of the Maldives", "Coral Bonded Store"
        ),
        ("Aishath Nazima", "Ahmed Rasheed", "Mariyam Shifa", "Ibrahim Naseem"),
    ),
    SampleNode(
        "ng",
        "Nigeria",
        "NG",
        "Africa/Lagos",
        (
            SampleOrganisation("power", f"Agency for Rural Power {MARK}", "agency"),
            SampleOrganisation("energy", f"Energy Ministry of Nigeria {MARK}", "ministry"),
            SampleOrganisation("fitters", f"Harmattan Fitters, Kano {MARK}", "firm"),
        ),
        ("Hauwa Bello", "Emeka Obi", "Aisha Sani", "Tunde Adeyemi"),
    ),
)
BY_ID = {node.id: node for node in NODES}
SECRETARIAT = "cifal"
COUNTRIES = tuple(node.id for node in NODES if node.id != SECRETARIAT)

NEIGHBOURS = (("mm", "cn"), ("mm", "th"), ("bd", "cn"), ("md", "mv"))
"""Countries that share topics, business partners and experts with each other, beside the secretariat."""
PARTNERS = (
    *((SECRETARIAT, country) for country in COUNTRIES),
    ("cn", "mm"),
    ("mm", "th"),
    ("bd", "mm"),
    ("bd", "cn"),
    ("md", "th"),
    ("md", "mv"),
    ("cn", "ng"),
)
"""Who meets whom: everybody the secretariat, three corridors out of Myanmar, a pair without terms, the two
that compare their excise, two whose firms seek each other, and the two that trade in solar systems.
"""

EXPORT = "etrade.export-declaration/1"
EXPORTER = "mm"
WITHHELD = ("agent_id", "agent_name", "permit_number")
"""Fields of declarations that the sample agreements keep at home."""
FROM_EXPORTER = (
    "export-declaration",
    "declaration-event",
    "certificate-of-origin",
    "phytosanitary-certificate",
    "licence",
    "vehicle-permit",
    "transit",
    "manifest",
    "query",
    "answer",
    "match-tokens",
    "match-hits",
)
FROM_IMPORTER = (
    "import-declaration",
    "declaration-event",
    "import-response",
    "certificate-utilisation",
    "transit",
    "query",
    "answer",
    "match-tokens",
    "match-hits",
)
"""Records of E-Trade that cross by the sample agreements, each way."""


@dataclass(frozen=True, slots=True)
class Corridor:
    """Trade out of Myanmar to one partner: how many sample exports, and what is the matter among them."""

    partner: str
    exports: int
    matters: tuple[Reason, ...]

    @property
    def title(self) -> str:
        """Title of the agreement on it."""
        return f"Trade information between Myanmar and {BY_ID[self.partner].name} (sample)"


CORRIDORS = (
    Corridor(
        "cn",
        60,
        (
            Reason.LOW_VALUE,
            Reason.HS_SHIFT,
            Reason.MISSING_IMPORT,
            Reason.SPLIT_MERGED,
            Reason.UNIT,
            Reason.TIMING,
            Reason.DUPLICATE,
        ),
    ),
    Corridor("th", 30, (Reason.HS_SHIFT, Reason.LOW_VALUE, Reason.MISSING_IMPORT)),
    Corridor("bd", 24, (Reason.LOW_VALUE, Reason.SPLIT_MERGED, Reason.TIMING, Reason.MISSING_EXPORT)),
)
MATCHER = "bd"
"""Who asks Myanmar by keyed hashes, before it shows an import, which shipments both know."""
SEED = 2026
