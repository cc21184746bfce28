"""Check what is about logs: checkpoints with cosignatures, proofs, evidence of a split view."""

from isthmus.kit.clock import to_text
from isthmus.kit.errors import BadInput, IsthmusError, Refused
from isthmus.wire import checkpoint, codec, cosignature
from isthmus.wire.checkpoint import Checkpoint
from isthmus.wire.codec import Json
from isthmus.wire.cosignature import SplitView
from isthmus.wire.evidence import NO_CARD, Details, Finding, Witness
from isthmus.wire.held import Held
from isthmus.wire.proof import ConsistencyProof, InclusionProof, Proof
from isthmus.wire.record import leaf_hash


def describe_head(head: Checkpoint) -> Details:
    """A head's members that a reader looks for first."""
    return (
        ("log", head.origin),
        ("size", str(head.size)),
        ("root", head.root.hex()),
        ("issued", to_text(head.issued)),
    )


def _owner(head: Checkpoint, held: Held) -> Witness | None:
    """The witness whose log it is; the first of all where no card of the log's node is held."""
    return held.of_node(head.origin.removeprefix(checkpoint.origin_of(""))) or held.first


def verify_checkpoint(note: str, held: Held) -> Finding:
    """Who signed a log's head, and which of the other nodes whose cards are held have cosigned it."""
    head = checkpoint.read_checkpoint(note)
    found = describe_head(head)
    owner = _owner(head, held)
    if owner is None:
        return Finding("checkpoint", intact=True, signer=None, details=found, problem=NO_CARD)
    try:
        owner.check_note(note)
        for witness in held.witnesses:
            if witness is not owner:
                at = witness.check_cosignature(note)
                found += (("cosigned", f"by {witness.node} at {to_text(at)}"),)
    except Refused as refused:
        return Finding("checkpoint", intact=False, signer=None, details=found, problem=refused.message)
    return Finding("checkpoint", intact=True, signer=owner.node, details=found)


_WRITTEN_ELSEWHERE = {"old": "old_size", "new": "size"}
"""How the API names the sizes of a consistency proof."""


def read_proof(value: dict[str, Json]) -> tuple[Proof, str]:
    """A proof and the checkpoint that it leads to, as ``isthmus log prove --json`` and the API write them.

    BadInput ``wire.proof.invalid``, or ``wire.verify.proof-alone`` where no checkpoint stands beside it.
    """
    members = {_WRITTEN_ELSEWHERE.get(name, name): found for name, found in value.items()}
    note = members.pop("checkpoint", None)
    if not isinstance(note, str):
        raise BadInput(
            "wire.verify.proof-alone",
            "A proof leads to the root of a signed head, and there is none in this file.",
            next_step="Sign one with `isthmus log checkpoint`, then write the proof again.",
        )
    consistent = "old_size" in members
    for spare in ("root", "new_root", "kind"):
        members.pop(spare, None)
    model = ConsistencyProof if consistent else InclusionProof
    return model.from_json({"kind": "consistency" if consistent else "inclusion", **members}), note


def verify_proof(value: dict[str, Json], held: Held) -> Finding:
    """Whether a proof leads to the head beside it, that its log signed; and which held record it is about."""
    proof, note = read_proof(value)
    head = checkpoint.read_checkpoint(note)
    found: Details = (("proves", proof.kind), *describe_head(head))
    if isinstance(proof, InclusionProof):
        found += (("leaf", proof.leaf), ("entry", str(proof.index)))
    else:
        found += (("begins with", f"{proof.old_size} entries under {proof.old_root}"),)
    problem = _fault_of(proof, head, held)
    if problem:
        return Finding("proof", intact=False, signer=None, details=found, problem=problem)
    if held.records:
        found += (("record", "it is the one that was given"),)
    finding = verify_checkpoint(note, held)
    return Finding(
        "proof", intact=finding.intact, signer=finding.signer, details=found, problem=finding.problem
    )


def _fault_of(proof: Proof, head: Checkpoint, held: Held) -> str:
    if not proof.holds(head):
        return "The proof does not lead to the root of the head beside it."
    leaves = {leaf_hash(token).hex() for token in held.records}
    if leaves and not (isinstance(proof, InclusionProof) and leaves == {proof.leaf}):
        return "The proof is about another leaf than that of the record that was given."
    return ""


def is_split_view(value: dict[str, Json]) -> bool:
    """Whether a document is evidence of a split view."""
    return "other_note" in value


def verify_split_view(value: dict[str, Json], held: Held) -> Finding:
    """Whether two notes show that a log has told two histories; the signer is the log's own node."""
    evidence = SplitView.from_json(value)
    found: Details = (
        ("log", evidence.origin),
        ("size", str(evidence.size)),
        ("root", evidence.root),
        ("other root", evidence.other_root),
    )
    owner = _owner(checkpoint.read_checkpoint(evidence.note), held)
    if owner is None:
        return Finding("split view", intact=True, signer=None, details=found, problem=NO_CARD)
    problem = _unproved(evidence, owner)
    if problem:
        return Finding("split view", intact=False, signer=None, details=found, problem=problem)
    return Finding("split view", intact=True, signer=owner.node, details=found)


def _unproved(evidence: SplitView, owner: Witness) -> str:
    """Why the notes do not prove it under any log key of the node; empty where they do."""
    problem = ""
    for log in owner.log_keys():
        try:
            cosignature.check_split_view(evidence, public_key=log.public_key())
            for note in (evidence.note, evidence.other_note):
                owner.check_note(note)
        except IsthmusError as error:
            problem = problem or error.message
        else:
            return ""
    return problem


def read_document(text: str) -> dict[str, Json]:
    """A JSON document about logs or places, whose text begins as an object does; BadInput of the codec."""
    value = codec.decode(text.encode("utf-8"))
    assert isinstance(value, dict)
    return value
