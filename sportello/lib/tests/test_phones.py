import pytest

from sportello.lib.phones import NotAPhone, parse_phone, written


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("347 000 1184", "IT", "+393470001184"),
        ("+39 347 000 1184", "DE", "+393470001184"),
        ("0039 347.000.1184", "it", "+393470001184"),
        ("011 555 1234", "IT", "+390115551234"),
        ("030 1234567", "DE", "+49301234567"),
    ],
)
def test_one_number_is_written_one_way(text, country, number):
    assert parse_phone(text, country) == number


@pytest.mark.parametrize("text", ["", "12", "giulia", "+", "1" * 500])
def test_what_is_no_phone(text):
    with pytest.raises(NotAPhone):
        parse_phone(text, "IT")


def test_numbers_are_shown_with_spaces():
    assert written("+393470001184") == "+39 347 000 1184"
    assert written("giulia@posta.example") == "giulia@posta.example"
