"""The six nodes of the demonstration. Every organisation and person is invented and marked as a sample."""

from dataclasses import dataclass

MARK = "(sample)"
PASSWORD = "bridge-of-land"  # noqa: S105  printed for everybody: the nodes listen on this machine only
ROLES = ("approver", "operator", "officer", "auditor")


@dataclass(frozen=True, slots=True)
class SampleOrganisation:
    """A ministry, agency, firm or secretariat; ``kind`` as in accounts."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class SampleNode:
    """A node and who works there: one officer for each role, in the order of ``ROLES``.

    The first organisation is the one that deals with declarations; its officer is the node's officer.
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
        _three("Ruili", "Customs Office Ruili", "Trade Ministry of China", "Clear Stream Trading"),
        ("Chen Jing", "Wang Lei", "Zhao Min", "Liu Yang"),
    ),
    SampleNode(
        "md",
        "Moldova",
        "MD",
        "Europe/Chisinau",
        _three("Chişinău", "Customs Office Leuşeni", "Economy Ministry of Moldova", "Codru Wines Export"),
        ("Elena Rusu", "Andrei Ciobanu", "Maria Lupu", "Ion Moraru"),
    ),
    SampleNode(
        "mv",
        "Maldives",
        "MV",
        "Indian/Maldives",
        _three("Malé", "Customs Office Malé", "Trade Ministry of Maldives", "Atoll Tuna Exports"),
        ("Aishath Nadha", "Ibrahim Zahir", "Mariyam Shiuna", "Ahmed Rasheed"),
    ),
    SampleNode(
        "ng",
        "Nigeria",
        "NG",
        "Africa/Lagos",
        _three("Lagos", "Customs Office Apapa", "Trade Ministry of Nigeria", "Niger Delta Cocoa"),
        ("Ngozi Okafor", "Tunde Balogun", "Amina Yusuf", "Emeka Eze"),
    ),
)
BY_ID = {node.id: node for node in NODES}

PARTNERS = (
    *(("cifal", node.id) for node in NODES if node.id != "cifal"),
    ("cn", "mm"),
    ("md", "mv"),
    ("cn", "ng"),
)
"""Who meets whom: everybody the secretariat, and three pairs of countries."""

EXPORT = "etrade.export-declaration/1"
AGREEMENT_TITLE = "Export declarations from Myanmar to China (sample)"
WITHHELD = ("agent_id", "agent_name", "permit_number")
"""Fields that the sample agreement keeps at home."""
