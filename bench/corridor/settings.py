"""What a corridor is asked to be: size, noise, and how many shipments of each trap."""

from dataclasses import dataclass, field

TRAPS: dict[str, str] = {
    "lag": "timing",
    "freight": "freight-insurance",
    "unit": "unit",
    "currency": "currency",
    "hs_shift": "hs-shift",
    "entrepot": "origin-consignment",
    "regime": "regime",
    "split": "split-merged",
    "merged": "split-merged",
    "missing_import": "missing-import",
    "missing_export": "missing-export",
    "undervalued": "low-value",
    "gap": "quantity-gap",
    "vintage": "hs-vintage",
    "duplicate": "duplicate",
}
"""Each trap and the reason code in which it must end."""


@dataclass(frozen=True)
class Noise:
    """How the two sides differ where nothing is wrong, each in ten-thousandths of the shipments."""

    doc_missing_export: int = 500
    doc_missing_import: int = 1200
    doc_other_form: int = 1500
    doc_typo: int = 150
    doc_other: int = 200
    name_spelled: int = 5000
    name_typo: int = 300
    name_missing: int = 100
    kg_rounded: int = 1500
    kg_jitter: int = 500
    marks_missing: int = 1500
    fixed_lots: int = 2500
    margin_spread: int = 100


NOISES = {
    "ordinary": Noise(),
    "harsh": Noise(
        doc_missing_export=1500,
        doc_missing_import=2500,
        doc_other_form=3000,
        doc_typo=300,
        doc_other=500,
        name_spelled=7000,
        name_typo=800,
        name_missing=400,
        kg_rounded=2500,
        kg_jitter=1000,
        marks_missing=3500,
        fixed_lots=4000,
        margin_spread=160,
    ),
    "no-documents": Noise(doc_missing_export=10000, doc_missing_import=10000, marks_missing=10000),
}

ORDINARY_TRAPS = {
    "missing_import": 550,
    "missing_export": 60,
    "lag": 40,
    "freight": 40,
    "unit": 30,
    "currency": 30,
    "hs_shift": 60,
    "entrepot": 40,
    "regime": 40,
    "split": 50,
    "merged": 30,
    "undervalued": 60,
    "gap": 60,
    "vintage": 40,
    "duplicate": 30,
}


@dataclass(frozen=True)
class Corridor:
    """One corridor: ``exports`` rows before duplicates; ``traps`` in ten-thousandths of the shipments."""

    exports: int = 20_000
    seed: int = 1
    noise: Noise = field(default_factory=Noise)
    traps: dict[str, int] = field(default_factory=lambda: dict(ORDINARY_TRAPS))
    skewed: bool = False


def clean(exports: int, seed: int, noise: Noise | None = None) -> Corridor:
    """A corridor with ordinary noise in which nothing is wrong."""
    return Corridor(exports, seed, noise or Noise(), traps={})
