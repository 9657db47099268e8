"""Which terms a text is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.search_terms import normalised, terms_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("快递没动", {"快递", "递没", "没动"}),
        ("SO2611-280001", {"so2", "o26", "261", "611", "280", "800", "000", "001"}),
        ("收到ＡＢＣ了", {"收到", "abc"}),
        ("a 亲", set()),
        ("", set()),
    ],
)
def test_terms_are_pairs_of_chinese_and_triples_of_letters_and_digits(text, terms):
    assert terms_of(text) == terms


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_every_part_of_a_text_has_its_terms_among_those_of_the_text(text, start, length):
    whole = normalised(text)
    assert terms_of(whole[start : start + length]) <= terms_of(whole)
