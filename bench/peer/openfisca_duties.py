"""The same lines in OpenFisca-core, run by its own environment: what building and calculating takes there.

The peer is written for speed: the row of each line comes from one table by product, day and band, not from
a comparison with
every row. It works out what the tariffs say (discounts, roundings by row, the charge beside the duty), in
float32 and int32
as OpenFisca does.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD = "2024-01"
LINE = build_entity(key="line", plural="lines", label="A line of goods", is_person=True)
INPUTS = {
    "volume": float,
    "quantity": float,
    "abv": float,
    "value": float,
    "product": int,
    "day": int,
    "producer": float,
}
RATES = ("free", "per_litre", "per_alcohol", "per_value", "step", "half", "per_charge")
TABLES: dict[str, np.ndarray] = {}


def _variable(name: str, kind: type, formula: object = None) -> type[Variable]:
    members = {"value_type": kind, "entity": LINE, "definition_period": DateUnit.MONTH, "label": name}
    if formula is not None:
        members["formula"] = formula
    return type(name, (Variable,), members)


def _rate(name: str) -> type[Variable]:
    def formula(line, period):  # noqa: ANN001, ANN202  OpenFisca's own form
        return TABLES[name][line("row", period)]

    return _variable(name, float, formula)


class row(Variable):  # noqa: N801  OpenFisca names variables by their classes
    value_type = int
    entity = LINE
    definition_period = DateUnit.MONTH
    label = "Row of the tariff"

    def formula(line, period):  # noqa: ANN001, ANN201, N805  OpenFisca's own form
        place = line("product", period)
        for name in ("day", "abv", "volume"):
            starts = TABLES[f"{name}_starts"]
            place = place * (len(starts) + 1) + np.searchsorted(starts, line(name, period), side="right")
        return TABLES["numbers"][place]


class litres(Variable):  # noqa: N801  OpenFisca names variables by their classes
    value_type = float
    entity = LINE
    definition_period = DateUnit.MONTH
    label = "Litres of product"

    def formula(line, period):  # noqa: ANN001, ANN201, N805  OpenFisca's own form
        return line("volume", period) * line("quantity", period)


class alcohol(Variable):  # noqa: N801  OpenFisca names variables by their classes
    value_type = float
    entity = LINE
    definition_period = DateUnit.MONTH
    label = "Litres of pure alcohol"

    def formula(line, period):  # noqa: ANN001, ANN201, N805  OpenFisca's own form
        degrees = np.maximum(line("abv", period) - line("free", period), 0)
        pure, step = line("litres", period) * degrees / 100, line("step", period)
        return np.where(step > 0, np.floor(pure / np.maximum(step, 0.001)) * step, pure)


class discount(Variable):  # noqa: N801  OpenFisca names variables by their classes
    value_type = float
    entity = LINE
    definition_period = DateUnit.MONTH
    label = "Discount of a small producer for each litre of alcohol"

    def formula(line, period):  # noqa: ANN001, ANN201, N805  OpenFisca's own form
        produced = line("producer", period)
        band = np.searchsorted(TABLES["ends"], line("row", period) * 1e6 + produced)
        sliding = TABLES["marginal"][band] * (produced - TABLES["above"][band])
        off = (TABLES["cumulative"][band] + sliding) / np.maximum(produced, 0.001)
        return np.ceil(np.maximum(off, 0) * 100) / 100


class charge(Variable):  # noqa: N801  OpenFisca names variables by their classes
    value_type = float
    entity = LINE
    definition_period = DateUnit.MONTH
    label = "The charge beside the duty"

    def formula(line, period):  # noqa: ANN001, ANN201, N805  OpenFisca's own form
        return np.floor(line("value", period) * line("per_charge", period) + 0.5) / 100


class duty(Variable):  # noqa: N801  OpenFisca names variables by their classes
    value_type = float
    entity = LINE
    definition_period = DateUnit.MONTH
    label = "Duty"

    def formula(line, period):  # noqa: ANN001, ANN201, N805  OpenFisca's own form
        amount = line("litres", period) * line("per_litre", period)
        reduced = np.maximum(line("per_alcohol", period) - line("discount", period), 0)
        amount += line("alcohol", period) * reduced
        amount += line("value", period) * line("per_value", period) / 100
        return np.floor(amount * 100 + line("half", period)) / 100


def main() -> None:
    """Print the best time of building and calculating, and how many duties are wrong by a minor unit or
    more.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    system = TaxBenefitSystem([LINE])
    for name, kind in INPUTS.items():
        system.add_variable(_variable(name, kind))
    for variable in (row, litres, alcohol, discount, charge, duty, *map(_rate, RATES)):
        system.add_variable(variable)
    for path in options.folder.glob("table_*.npy"):
        TABLES[path.stem.removeprefix("table_")] = np.load(path)
    figures = {name: np.load(options.folder / f"{name}.npy") for name in INPUTS}
    expected = np.load(options.folder / "duty.npy")
    best, processor, found = float("inf"), float("inf"), None
    for _run in range(options.runs):
        start, began = time.perf_counter(), time.process_time()
        simulation = SimulationBuilder().build_default_simulation(system, count=len(expected))
        for name in INPUTS:
            simulation.set_input(name, PERIOD, figures[name])
        found = simulation.calculate("duty", PERIOD)
        simulation.calculate("charge", PERIOD)
        best = min(best, time.perf_counter() - start)
        processor = min(processor, time.process_time() - began)
    cents = np.rint(found.astype(np.float64) * 100).astype(np.int64)
    wrong = int((cents != expected).sum())
    print(json.dumps({"seconds": best, "processor_seconds": processor, "wrong": wrong}))


if __name__ == "__main__":
    main()
