import pytest

from sportello.lib.cells import guarded


@pytest.mark.parametrize("text", ["=1+1", "+39", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_a_formula_is_text(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "TT-10482", "1=1", "giulia@posta.example"])
def test_text_stays_as_it_is(text):
    assert guarded(text) == text
