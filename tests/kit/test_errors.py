import pytest

from isthmus.kit.errors import BadInput, Conflict, Fault, FieldFault, IsthmusError, NotFound, Refused


@pytest.mark.parametrize(
    ("kind", "exit_code", "status"),
    [
        (IsthmusError, 1, 500),
        (Fault, 1, 500),
        (BadInput, 2, 422),
        (Conflict, 2, 409),
        (Refused, 3, 403),
        (NotFound, 4, 404),
    ],
)
def test_each_kind_has_its_exit_code_and_status(kind, exit_code, status):
    error = kind("some.code", "It did not work.")
    assert (error.exit_code, error.status) == (exit_code, status)
    assert isinstance(error, IsthmusError)


def test_says_what_happened_and_what_to_do():
    fault = FieldFault("seq", "must be positive")
    error = BadInput("some.code", "It did not work.", next_step="Try again.", faults=(fault,))
    assert (error.code, error.message, error.next_step) == ("some.code", "It did not work.", "Try again.")
    assert error.faults == (fault,)
    assert str(error) == "It did not work. Try again."


def test_without_a_next_step_the_message_stands_alone():
    error = Refused("some.code", "It did not work.")
    assert (error.next_step, error.faults, str(error)) == ("", (), "It did not work.")


def test_a_conflict_is_bad_input():
    assert isinstance(Conflict("c", "m"), BadInput)


def test_a_fault_of_a_field_cannot_change():
    with pytest.raises(AttributeError):
        FieldFault("seq", "wrong").where = "elsewhere"
