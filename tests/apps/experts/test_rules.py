"""The rules: identifiers, skills, what answers a need, and how an engagement stands."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.experts.rules import identifiers, matching, skills
from isthmus.apps.experts.rules.matching import LEVELS, Need, Offered
from isthmus.apps.experts.rules.standing import Standing, standing

TODAY = date(2026, 11, 27)
ESCO = "skill/0ac31705-79ff-4409-a818-c9d0a6388e84"


class TestOrcid:
    # The first three are ORCID's own examples of its documentation.
    @pytest.mark.parametrize("text", ["0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X"])
    def test_a_known_one_holds(self, text: str) -> None:
        assert identifiers.orcid(text) == text
        assert identifiers.orcid(f" https://orcid.org/{text.replace('-', '').lower()} ") == text

    @pytest.mark.parametrize(
        "text",
        ["", "0000-0002-1825-009", "0000-0002-1825-00977", "A000-0002-1825-0097", "٠000-0002-1825-0097"],
    )
    def test_what_is_none_is_said_to_be(self, text: str) -> None:
        with pytest.raises(ValueError, match="sixteen digits"):
            identifiers.orcid(text)

    @given(st.integers(0, 10**15 - 1), st.integers(0, 14), st.integers(1, 9))
    def test_one_wrong_digit_is_always_found(self, number: int, place: int, by: int) -> None:
        digits = f"{number:015}"
        whole = digits + identifiers.check_character(digits)
        assert identifiers.orcid(whole).replace("-", "") == whole
        wrong = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]
        with pytest.raises(ValueError, match="mistyped"):
            identifiers.orcid(wrong)


class TestSkills:
    def test_a_line_is_a_name_and_a_code(self) -> None:
        assert skills.skill("  Customs   inspection ; ISCO-08 3351") == skills.Skill(
            "Customs inspection", "isco-08", "3351"
        )
        assert skills.skill(f"Audit; http://data.europa.eu/esco/{ESCO}") == skills.Skill(
            "Audit", "esco", ESCO
        )
        assert skills.skill("Tax law;").line == "Tax law"
        assert skills.skill("Tax law; 2611").line == "Tax law; 2611"

    @pytest.mark.parametrize("line", ["; 3351", "x" * 121, "Audit; 33511", "Audit; three", "Audit; ٣٣"])
    def test_a_wrong_line_is_refused(self, line: str) -> None:
        with pytest.raises(ValueError, match=r"1 to 120 signs|one to four digits"):
            skills.skill(line)

    def test_lines_are_counted_and_kept_once(self) -> None:
        assert [one.name for one in skills.skills("Audit\n\naudit; 2411\nLaw")] == ["Audit", "Law"]
        with pytest.raises(ValueError, match="line 2: a code"):
            skills.skills("Audit\nLaw; x")
        with pytest.raises(ValueError, match="at most 20"):
            skills.skills("\n".join(f"skill {n}" for n in range(21)))

    @pytest.mark.parametrize(
        ("one", "other", "shared"),
        [("3351", "3351", 4), ("3354", "3351", 3), ("33", "3351", 2), ("1", "2", 0)],
    )
    def test_near_occupations_share_digits(self, one: str, other: str, shared: int) -> None:
        assert skills.shared_digits(one, other) == skills.shared_digits(other, one) == shared


def offered(**changes: object) -> Offered:
    given: dict[str, object] = {
        "languages": {"ro": "C2", "en": "B1"},
        "weeks": 4,
        "since": date(2027, 2, 1),
        "until": date(2027, 3, 21),
        "iscos": ("3354", "2411"),
        "verified": "institution",
        "stated": TODAY,
    }
    return Offered(**{**given, **changes})  # type: ignore[arg-type]  the members are those above


MARCH = {"since": date(2027, 3, 1), "until": date(2027, 3, 31)}


class TestWhatIsDemanded:
    @pytest.mark.parametrize(
        ("need", "answered"),
        [
            (Need(), True),
            (Need(("ro", "en")), True),
            (Need(("ro", "en"), "B2"), False),
            (Need(("ro",), "C2"), True),
            (Need(("fr",), "A1"), False),
            (Need(weeks=3, **MARCH), True),
            (Need(weeks=4, **MARCH), False),
            (Need(weeks=5), False),
            (Need(weeks=4), True),
            (Need(since=date(2027, 3, 21)), True),
            (Need(since=date(2027, 3, 22)), False),
            (Need(until=date(2027, 1, 31)), False),
        ],
    )
    def test_leaves_out_who_lacks_it(self, need: Need, answered: bool) -> None:
        assert matching.answers(offered(), need) is answered

    def test_who_says_nothing_of_time_has_no_limit(self) -> None:
        free = offered(weeks=0, since=None, until=None)
        assert matching.answers(free, Need(weeks=60))
        assert matching.answers(free, Need(weeks=3, **MARCH))
        assert not matching.answers(free, Need(weeks=5, **MARCH))
        assert matching.answers(offered(until=None, weeks=0), Need(weeks=50, since=date(2027, 1, 1)))

    def test_an_unknown_level_speaks_nothing(self) -> None:
        assert not matching.speaks({"ro": "fluent"}, ["ro"], "A1")


class TestPoints:
    def test_are_itemised_the_most_first(self) -> None:
        found = matching.points(offered(stated=TODAY - timedelta(days=365)), Need(isco="3351"), TODAY)
        assert [(one.what, one.value, one.points) for one in found] == [
            ("isco", "3", 1_500_000),
            ("fresh", "365", 500_000),
            ("verified", "institution", 500_000),
        ]

    def test_what_adds_nothing_is_no_item(self) -> None:
        old = offered(verified="self", stated=TODAY - timedelta(days=730), iscos=())
        assert matching.points(old, Need(isco="3351"), TODAY) == ()
        tomorrow = offered(verified="", stated=TODAY + timedelta(days=1))
        assert [one.points for one in matching.points(tomorrow, Need(), TODAY)] == [1_000_000]

    @given(st.integers(0, 2000), st.sampled_from(sorted(matching.VERIFIED_POINTS)), st.integers(0, 9999))
    def test_are_whole_and_never_against_anybody(self, age: int, verified: str, code: int) -> None:
        one = offered(stated=TODAY - timedelta(days=age), verified=verified)
        found = matching.points(one, Need(isco=str(code)), TODAY)
        assert all(isinstance(item.points, int) and item.points > 0 for item in found)
        assert sum(item.points for item in found) <= 4_000_000
        younger = matching.points(offered(stated=TODAY, verified=verified), Need(isco=str(code)), TODAY)
        assert sum(item.points for item in younger) >= sum(item.points for item in found)

    def test_levels_are_in_their_order(self) -> None:
        assert list(LEVELS) == sorted(LEVELS)
        assert matching.next_review(TODAY) == date(2027, 11, 27)


@pytest.mark.parametrize(
    ("engager", "expert", "found"),
    [
        ("confirmed", "confirmed", Standing.AGREED),
        ("confirmed", "", Standing.ONE_SIDED),
        ("", "confirmed", Standing.ONE_SIDED),
        ("confirmed", "disputed", Standing.DISPUTED),
        ("disputed", "", Standing.DISPUTED),
    ],
)
def test_how_an_engagement_stands(engager: str, expert: str, found: Standing) -> None:
    assert standing(engager, expert) is found
