"""Tables to begin with: an empty one of each layout that is read back whole, and the demo's example with its mistakes."""

import csv
import io
from datetime import UTC, datetime

import pytest

from config.demo.example_file import HEADINGS, example_rows
from config.kernel.importing.handlers import known_layouts, layout_kind
from config.kernel.importing.headings import propose_mapping
from tests.fulfillment.factories import make_store
from tests.kernel.import_pages import checked, sign_in, table

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_empty_table_has_a_column_for_every_field_of_its_layout(client, language):
    user = sign_in(client, "clerk", "operations_manager")
    type(user).objects.filter(pk=user.pk).update(language=language)
    assert known_layouts()
    for layout in known_layouts():
        answer = client.get(f"/imports/blank/{layout}.csv")
        (headings,) = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
        fields = layout_kind(layout).fields
        mapping = propose_mapping(headings, fields=fields).mapping
        assert sorted(mapping.columns) == sorted(field.name for field in fields), layout
        required = {field.name for field in fields if field.required}
        assert {mapping.columns[name] for name in required} == set(headings[: len(required)]), layout
    assert client.get("/imports/blank/nothing.csv").status_code == 404


def test_the_example_has_nine_good_orders_and_three_kinds_of_mistakes(client):
    make_store("cn")
    sign_in(client, "clerk", "operations_manager")
    rows = example_rows(datetime(2026, 11, 23, 9, tzinfo=UTC), [("ZG1", "坚果"), ("ZG2", "面膜")])
    batch = checked(client, content=table(rows, headings=HEADINGS))
    assert (batch.figures["orders"], batch.figures["rejected"]) == (9, 3)
    assert batch.rows.filter(state="rejected").order_by().values("first_code").distinct().count() == 3
