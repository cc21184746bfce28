"""Lists of participants by the rules: columns, cells, countries, and who is one person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.apps.workshops.nominations.rules.countries import code_of, codes
from isthmus.apps.workshops.participants.rules.knowing import Known, Stands, matched, once_each
from isthmus.apps.workshops.participants.rules.reading import (
    Held,
    Person,
    Wrong,
    columns_of,
    lacking,
    read,
)

HELD = Held(date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 3))
COLUMNS = {
    name: place
    for place, name in enumerate(("name", "country", "gender", "employer", "position", "email", "days"))
}


def line(*cells: str | date) -> tuple[tuple[Person, ...], list[tuple[str, str, Wrong]]]:
    people, faults = read(COLUMNS, [(2, cells)], HELD)
    return people, [(one.column, one.value, one.wrong) for one in faults]


class TestCountries:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("MD", "MD"), ("md", "MD"), ("MDA", "MD"), ("Moldova", "MD"), ("Republic of Moldova", "MD"),
            ("Moldavie", "MD"), ("Myanmar", "MM"), ("Burma", "MM"), ("缅甸", "MM"), ("မြန်မာ", "MM"),
            ("جزر المالديف", "MV"), ("Côte d'Ivoire", "CI"), ("  viet  nam ", "VN"), ("USA", "US"),
        ],
    )  # fmt: skip
    def test_a_country_is_known_by_code_or_name(self, text: str, code: str):
        assert code_of(text) == code

    @pytest.mark.parametrize("text", ["", "EU", "ZZ", "Atlantis", "QQQ", "Shanghai", "EUE", "1", "SUN"])
    def test_what_is_no_country_is_none(self, text: str):
        assert code_of(text) is None

    def test_every_code_means_itself(self):
        assert all(code_of(one.lower()) == one for one in codes())


class TestColumns:
    def test_synonyms_are_known_and_others_named(self):
        found, other = columns_of(
            ["Full  Name", "COUNTRY", "Sex", "Ministry", "Job_Title", "Room", "", "Name"]
        )
        assert found == {"name": 0, "country": 1, "gender": 2, "employer": 3, "position": 4}
        assert other == ("Room", "Name")

    def test_a_name_in_two_columns_will_do(self):
        assert lacking({"given": 0, "family": 1, "country": 2}) == ()
        assert lacking({"given": 0}) == ("name", "country")
        (person,), faults = read(
            {"given": 0, "family": 1, "country": 2}, [(2, ["Sample", "Delegate", "GH"])], HELD
        )
        assert (person.name, faults) == ("Sample Delegate", ())


class TestCells:
    def test_a_whole_line(self):
        (person,), faults = line("Sample  Delegate", "Ghana", "F", "Ministry", "Head", "a@gh.example", "yes")
        days = (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))
        assert faults == [("days", "yes", Wrong.DAY_TO_COME)]
        assert person == Person(
            2, "Sample Delegate", "GH", "female", "Ministry", "Head", "a@gh.example", days
        )

    def test_a_short_line_leaves_the_rest_open(self):
        (person,), faults = line("Sample Delegate", "GH")
        assert faults == []
        assert person == Person(2, "Sample Delegate", "GH", "not-stated", "", "", "")

    @pytest.mark.parametrize(
        "name", ["=HYPERLINK(1)", "+1", "@x", "-x", "ဒေါ်ခင်မျိုးဆွေ", "فاطمة الزهراني", "王小明", "'t Hooft"]
    )
    def test_every_script_and_every_formula_is_text(self, name: str):
        (person,), faults = line(name, "GH")
        assert (person.name, faults) == (name, [])

    def test_the_apostrophe_of_an_export_is_taken_off(self):
        (person,), _faults = line("'=SUM(A1)", "GH")
        assert person.name == "=SUM(A1)"

    @pytest.mark.parametrize(
        ("cells", "column", "value", "wrong"),
        [
            (("", "GH"), "name", "", Wrong.NO_NAME),
            (("A", ""), "country", "", Wrong.NO_COUNTRY),
            (("A", "Atlantis"), "country", "Atlantis", Wrong.NOT_A_COUNTRY),
            (("A", "GH", "Mrs"), "gender", "Mrs", Wrong.GENDER),
            (("A\x07", "GH"), "name", "A\x07", Wrong.CONTROLS),
            (("A" * 201, "GH"), "name", "A" * 201, Wrong.LONG),
            (("ေမာင္ေမာင္", "MM"), "name", "ေမာင္ေမာင္", Wrong.ZAWGYI),
            (("A", "GH", "", "", "", "nobody"), "email", "nobody", Wrong.EMAIL),
            (("A", "GH", "", "", "", "", "Monday"), "days", "Monday", Wrong.DAY),
            (("A", "GH", "", "", "", "", "2026-03-01"), "days", "2026-03-01", Wrong.OTHER_DAY),
        ],
    )
    def test_what_cannot_be_used_is_named(
        self, cells: tuple[str, ...], column: str, value: str, wrong: Wrong
    ):
        assert line(*cells)[1] == [(column, value, wrong)]

    def test_days_are_listed_or_come_as_a_date(self):
        told = "2026-03-03; 2026-03-02"
        assert line("A", "GH", "", "", "", "", told)[0][0].days == (date(2026, 3, 2), date(2026, 3, 3))
        assert line("A", "GH", "", "", "", "", date(2026, 3, 2))[0][0].days == (date(2026, 3, 2),)
        assert line("A", "GH", "", "", "", "", "No")[0][0].days == ()


def someone(name: str = "A", email: str = "", at: int = 2, **changes: str) -> Person:
    told = {"country": "GH", "gender": "not-stated", "employer": "", "position": "", **changes}
    return Person(at, name, email=email, **told)


def known(key: int, name: str = "A", email: str = "", stands: Stands = Stands.LISTED) -> Known:
    return Known(key, name, "GH", email, stands)


class TestOnceEach:
    def test_a_second_line_adds_what_the_first_lacks(self):
        one, again = someone("Ä B"), someone("ä  b", "a@gh.example", 3, gender="female", employer="Ministry")
        (found,), faults = once_each([one, again])
        assert faults == ()
        assert (found.name, found.email, found.gender, found.employer, found.line) == (
            "Ä B", "a@gh.example", "female", "Ministry", 2,
        )  # fmt: skip
        (kept,), _faults = once_each([someone(gender="male"), someone(at=3, gender="female")])
        assert kept.gender == "male"

    def test_namesakes_with_two_addresses_and_of_two_countries_are_two(self):
        people = [someone(email="a@x.example"), someone(email="b@x.example"), someone(country="MD")]
        assert len(once_each(people)[0]) == 3

    def test_an_address_under_two_names_is_refused(self):
        (found,), (fault,) = once_each([someone(email="a@x.example"), someone("B", "A@x.example", 3)])
        assert (found.name, fault.line, fault.column, fault.wrong) == ("A", 3, "email", Wrong.OTHER_NAME)

    @given(st.lists(st.builds(someone, st.sampled_from("ABC"), st.sampled_from(["", "a@x.example"]))))
    def test_twice_the_same_list_names_no_more_people(self, people: list[Person]):
        once, _faults = once_each(people)
        assert once_each([*once, *once])[0] == once


class TestKnown:
    def test_who_is_known_is_found_and_others_are_new(self):
        pairs, faults = matched([someone("a"), someone("B")], [known(7)])
        assert [pair.known and pair.known.key for pair in pairs] == [7, None]
        assert faults == ()

    def test_two_namesakes_are_not_one_known_person(self):
        people = [someone(email="a@x.example"), someone(email="b@x.example", at=3)]
        pairs, _faults = matched(people, [known(1), known(2, email="a@x.example")])
        assert [pair.known and pair.known.key for pair in pairs] == [2, 1]

    @pytest.mark.parametrize(
        ("stands", "wrong"), [(Stands.UNDECIDED, Wrong.UNDECIDED), (Stands.WITHDRAWN, Wrong.WITHDRAWN)]
    )
    def test_who_is_not_accepted_is_refused(self, stands: Stands, wrong: Wrong):
        _pairs, (fault,) = matched([someone()], [known(1, stands=stands)])
        assert (fault.column, fault.wrong) == ("name", wrong)
        assert matched([someone()], [known(1, stands=stands), known(2, stands=Stands.ACCEPTED)])[1] == ()

    def test_a_known_address_under_another_name_is_refused(self):
        _pairs, (fault,) = matched([someone("B", "a@x.example")], [known(1, email="a@x.example")])
        assert (fault.column, fault.value, fault.wrong) == ("email", "a@x.example", Wrong.OTHER_NAME)
