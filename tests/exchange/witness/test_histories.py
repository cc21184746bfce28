"""A log that was restored from a backup: people accept its new history, and the old one is closed."""

from datetime import timedelta

import pytest

from isthmus.accounts.models import AuditEvent
from isthmus.exchange.models import Alarm, Checkpoint, LogHistory, LogSplit, Standing, Witnessed
from isthmus.exchange.services.alarms import raise_alarm
from isthmus.exchange.services.witness import accept_new_history
from isthmus.exchange.services.witness.notes import head_of_partner, keep
from isthmus.kit import clock
from isthmus.kit.errors import BadInput, Conflict, Refused
from isthmus.trust.models import Partner
from tests.exchange.witness.logs import Log
from tests.foreign import ForeignNode

EARLIER = timedelta(hours=3)


def held(partner: Partner, note: str, standing: Standing = Standing.HELD) -> Checkpoint:
    head = head_of_partner(partner, note)
    keep(head, "call")
    Checkpoint.objects.filter(size=head.size, root=head.root).update(standing=standing)
    return Checkpoint.objects.get(size=head.size, root=head.root)


@pytest.fixture
def old(cn: ForeignNode, partner: Partner) -> Log:
    """The log before the disk broke: heads over 5, 9 and 12 entries are held here, the tip is 12."""
    log = Log().grow(12)
    before = clock.now() - EARLIER
    for size in (5, 9):
        held(partner, log.note(cn, size, issued=before))
    tip = held(partner, log.note(cn, 12, issued=before))
    Witnessed.objects.create(
        partner=partner, tip_size=tip.size, tip_root=tip.root, cosigned_note=tip.note, handed_size=12
    )
    return log


def standings(partner: Partner) -> dict[int, str]:
    return dict(Checkpoint.objects.filter(node_id=partner.node_id).values_list("size", "standing"))


def test_what_was_kept_stands_and_what_came_after_is_closed(
    cn: ForeignNode, partner: Partner, old: Log
) -> None:
    restored = old.fork(10).grow(1, "restored")
    raise_alarm("exchange.split-view", "cn", "two histories")
    accepted = accept_new_history(partner, 10, restored.note(cn), "The disk broke.", actor="approver")
    assert standings(partner) == {5: "held", 9: "held", 12: "closed", 11: "new"}
    assert Checkpoint.objects.get(size=12).history == 1
    log = Witnessed.objects.get()
    assert (log.history, log.kept_size) == (2, 10)
    assert (log.tip_size, log.tip_root) == (9, old.root(9).hex()), "the largest head within what was kept"
    assert (log.cosigned_note, log.handed_size) == ("", 0)
    assert (accepted.number, accepted.reason, accepted.accepted_by) == (2, "The disk broke.", "approver")
    assert AuditEvent.objects.filter(kind="exchange.history-accepted", subject="cn").count() == 1
    assert AuditEvent.objects.filter(kind="exchange.alarm-cleared", subject="cn").count() == 1


def test_the_tip_stays_where_it_was_kept(cn: ForeignNode, partner: Partner, old: Log) -> None:
    before = Witnessed.objects.get().cosigned_note
    accept_new_history(partner, 12, old.note(cn), "Only the last hour was lost.", actor="approver")
    log = Witnessed.objects.get()
    assert (log.tip_size, log.cosigned_note, log.handed_size) == (12, before, 12)


def test_nothing_is_left_to_hold_on_to_where_nothing_was_kept(
    cn: ForeignNode, partner: Partner, old: Log
) -> None:
    accept_new_history(partner, 2, old.fork(2).note(cn), "An old backup.", actor="approver")
    assert (Witnessed.objects.get().tip_size, Witnessed.objects.get().tip_root) == (0, "")


def test_heads_of_the_new_history_that_came_first_are_looked_at_again(
    cn: ForeignNode, partner: Partner, old: Log
) -> None:
    restored = old.fork(10).grow(5, "restored")
    note = restored.note(cn, 10, issued=clock.now() - timedelta(hours=1))
    contradicting = held(partner, restored.note(cn, 12), Standing.SPLIT)
    split = LogSplit.objects.create(
        node_id="cn", size=12, root="a", other_root="b", evidence="{}", found_at=clock.now()
    )
    accept_new_history(partner, 10, note, "The disk broke.", actor="approver")
    contradicting.refresh_from_db()
    assert (contradicting.standing, contradicting.history) == ("new", 0)
    split.refresh_from_db()
    assert (split.closed_by, split.closed_reason) == ("approver", "The disk broke.")
    assert split.closed_at is not None


def test_what_contradicted_itself_before_people_knew_is_filed_without_an_alarm(
    cn: ForeignNode, partner: Partner, old: Log
) -> None:
    restored = old.fork(10).grow(5, "restored")
    before = clock.now() - timedelta(hours=1)
    held(partner, restored.note(cn, 12, issued=before), Standing.NEW)
    accept_new_history(partner, 10, restored.note(cn, 15), "The disk broke.", actor="approver")
    row = LogSplit.objects.get()
    assert (row.size, row.closed_by, row.closed_reason) == (12, "approver", "The disk broke.")
    assert not Alarm.objects.exists()


def test_a_second_restore_is_a_third_history(cn: ForeignNode, partner: Partner, old: Log) -> None:
    for kept in (10, 9):
        note = old.fork(kept).grow(1, str(kept)).note(cn)
        accept_new_history(partner, kept, note, "Again.", actor="approver")
    assert list(LogHistory.objects.values_list("number", "kept_size")) == [(3, 9), (2, 10)]


@pytest.mark.parametrize("kept", [-1, 13])
def test_sizes_that_cannot_be(cn: ForeignNode, partner: Partner, old: Log, kept: int) -> None:
    with pytest.raises(BadInput) as error:
        accept_new_history(partner, kept, old.note(cn), "The disk broke.", actor="approver")
    assert error.value.code == "exchange.history-size"


def test_a_reason_is_needed(cn: ForeignNode, partner: Partner, old: Log) -> None:
    with pytest.raises(BadInput) as error:
        accept_new_history(partner, 12, old.note(cn), " ", actor="approver")
    assert error.value.faults[0].where == "reason"


def test_a_kept_part_that_contradicts_a_head_held_here(cn: ForeignNode, partner: Partner, old: Log) -> None:
    with pytest.raises(Conflict) as error:
        accept_new_history(partner, 9, Log().grow(9, "other").note(cn), "Trust me.", actor="approver")
    assert error.value.code == "exchange.history-contradicts"
    assert standings(partner) == {5: "held", 9: "held", 12: "held"}


def test_another_node_cannot_speak_for_the_log(partner: Partner, old: Log) -> None:
    with pytest.raises(Refused):
        accept_new_history(partner, 12, old.note(ForeignNode()), "The disk broke.", actor="approver")
    assert LogHistory.objects.count() == 0
