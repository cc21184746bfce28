"""What a target is told, how long it is left alone, and what its answers mean."""

from datetime import timedelta

import pytest

from isthmus.apps.etrade.targets.rules import answer_of, file_name, wait_after


def test_a_target_that_fails_is_left_alone_twice_as_long_each_time_but_six_hours_at_most() -> None:
    minutes = [wait_after(tries) / timedelta(minutes=1) for tries in range(12)]
    assert minutes == [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (200, "taken"),
        (201, "taken"),
        (204, "taken"),
        (299, "taken"),
        (301, "busy"),
        (401, "busy"),
        (403, "busy"),
        (404, "busy"),
        (429, "busy"),
        (503, "busy"),
        (500, "failed"),
        (501, "failed"),
        (400, "refused"),
        (409, "refused"),
        (422, "refused"),
        (100, "refused"),
    ],
)
def test_what_a_status_says_of_the_record(status: int, meaning: str) -> None:
    assert answer_of(status) == meaning


def test_a_file_is_named_after_what_it_is_about_and_holds_nothing_unsafe() -> None:
    leaf = "ab" * 32
    named = file_name("etrade.export-declaration", "cn", "../../etc/CN 7?", leaf, "xml")
    assert named == "export-declaration-cn-etc_CN_7-abababababababab.xml"
    assert file_name("etrade.transit", "cn", "。", leaf, "json") == "transit-cn-record-abababababababab.json"
