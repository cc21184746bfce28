import pytest

from isthmus.wire import merkle
from isthmus.wire.checkpoint import Checkpoint
from isthmus.wire.proof import ConsistencyProof, InclusionProof, proof_from_json
from tests.wire.samples import NOW, code_of
from tests.wire.test_cosignature import tree

READ, ROOTS = tree(11)
HEAD = Checkpoint("isthmus/mm", 11, ROOTS[11], NOW)
LEAF = READ(0, 6).hex()
INCLUSION = {
    "kind": "inclusion",
    "leaf": LEAF,
    "index": 6,
    "size": 11,
    "path": [step.hex() for step in merkle.inclusion_proof(6, 11, READ)],
}
CONSISTENCY = {
    "kind": "consistency",
    "old_size": 7,
    "old_root": ROOTS[7].hex(),
    "size": 11,
    "path": [step.hex() for step in merkle.consistency_proof(7, 11, READ)],
}


class TestInclusion:
    def test_is_written_as_published_and_read_back(self):
        proof = proof_from_json(INCLUSION)
        assert isinstance(proof, InclusionProof)
        assert proof.to_json() == INCLUSION

    def test_holds_under_its_head_alone(self):
        proof = proof_from_json(INCLUSION)
        assert proof.holds(HEAD)
        assert not proof.holds(Checkpoint("isthmus/mm", 11, ROOTS[10], NOW))
        assert not proof.holds(Checkpoint("isthmus/mm", 12, ROOTS[11], NOW))

    @pytest.mark.parametrize(
        "changes",
        [{"leaf": READ(0, 5).hex()}, {"index": 5}, {"size": 12}, {"path": []}, {"path": ["00" * 32] * 4}],
    )
    def test_does_not_hold_for_anything_else(self, changes):
        assert not proof_from_json({**INCLUSION, **changes}).holds(HEAD)

    @pytest.mark.parametrize(
        "changes",
        [
            {"index": 11},
            {"index": -1},
            {"leaf": "x"},
            {"path": ["x"]},
            {"path": ["00" * 32] * 129},
            {"kind": "x"},
        ],
    )
    def test_refuses(self, changes):
        assert code_of(proof_from_json, {**INCLUSION, **changes}) == "BadInput wire.proof.invalid"


class TestConsistency:
    def test_is_written_as_published_and_read_back(self):
        proof = proof_from_json(CONSISTENCY)
        assert isinstance(proof, ConsistencyProof)
        assert proof.to_json() == CONSISTENCY

    def test_holds_under_its_head_alone(self):
        proof = proof_from_json(CONSISTENCY)
        assert proof.holds(HEAD)
        assert not proof.holds(Checkpoint("isthmus/mm", 11, ROOTS[10], NOW))
        assert not proof.holds(Checkpoint("isthmus/mm", 12, ROOTS[11], NOW))

    @pytest.mark.parametrize(
        "changes", [{"old_size": 6}, {"old_root": "00" * 32}, {"path": []}, {"size": 10}]
    )
    def test_does_not_hold_for_anything_else(self, changes):
        assert not proof_from_json({**CONSISTENCY, **changes}).holds(HEAD)

    @pytest.mark.parametrize("changes", [{"old_size": -1}, {"old_root": ""}, {"leaf": LEAF}])
    def test_refuses(self, changes):
        assert code_of(proof_from_json, {**CONSISTENCY, **changes}) == "BadInput wire.proof.invalid"


@pytest.mark.parametrize("value", [None, [], "text", {}])
def test_what_is_no_proof(value):
    assert code_of(proof_from_json, value) == "BadInput wire.proof.invalid"
