"""However a file's columns stand and are spelt, each value reaches its own field."""

from hypothesis import given
from hypothesis import strategies as st

from config.kernel.importing.headings import ColumnMapping, FieldSpec, propose_mapping
from config.kernel.importing.tables import SourceRow

NAMES = {"number": "Order number", "paid": "实付金额", "phone": "Phone", "city": "城市", "note": "Buyer note"}
FIELDS = tuple(FieldSpec(name, alias, (alias,), required=name == "number") for name, alias in NAMES.items())
STRANGE = ("天气", "Moon phase", "77")


def full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


SPELLINGS = (
    str,
    str.upper,
    str.lower,
    full_width,
    lambda text: f"  {text} ",
    lambda text: text.replace(" ", "_"),
    lambda text: f"{text}(元)",
    lambda text: f"{text}*",
)


@st.composite
def files(draw):
    """(headings, a row, the value of each field that has a column)."""
    held = draw(st.sets(st.sampled_from(sorted(NAMES)), min_size=1)) | {"number"}
    columns = draw(st.permutations([*sorted(held), *draw(st.sets(st.sampled_from(STRANGE)))]))
    headings = tuple(draw(st.sampled_from(SPELLINGS))(NAMES[one]) if one in NAMES else one for one in columns)
    cells = tuple(draw(st.text(max_size=6)) for _column in columns)
    expected = {one: cell for one, cell in zip(columns, cells, strict=True) if one in NAMES}
    return headings, cells, expected


@given(files())
def test_every_value_reaches_its_field_wherever_its_column_stands(file):
    headings, cells, expected = file
    mapping = propose_mapping(headings, fields=FIELDS).certain(fields=FIELDS)
    row = mapping.bind(headings, fields=FIELDS).row(SourceRow(2, cells))
    assert dict(row.values) == expected


@given(files(), st.randoms(use_true_random=False))
def test_a_kept_mapping_finds_the_same_values_in_a_file_with_other_places(file, chance):
    headings, cells, expected = file
    kept = ColumnMapping.from_json(propose_mapping(headings, fields=FIELDS).mapping.to_json())
    places = list(range(len(headings)))
    chance.shuffle(places)
    moved = tuple(headings[place] for place in places)
    row = kept.bind(moved, fields=FIELDS).row(SourceRow(2, tuple(cells[place] for place in places)))
    assert dict(row.values) == expected
    assert {row.heading(name) for name in expected} <= set(headings)
