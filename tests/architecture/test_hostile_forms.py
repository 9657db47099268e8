"""Every form bears junk in its fields: a word about it, never a breakdown."""

import re
from urllib.parse import quote

import pytest

from config.kernel.models import ImportBatch, ShiftNote, User
from tests.architecture.test_addresses import addresses, filled
from tests.architecture.test_hostile_paths import ARGUMENT, LEFT_OUT, answered, is_broken
from tests.fulfillment.factories import line_of, make_listing, make_order, make_sku, make_store
from tests.membership.factories import make_customer

pytestmark = [pytest.mark.django_db(databases="__all__")]
TYPED = {
    "nothing": "",
    "text": "junk",
    "byte 0": "a\0b",
    "huge number": "9" * 40,
    "negative": "-1",
    "not a number": "NaN",
    "without end": "1e400",
    "a day that is none": "9999-99-99",
    "a long text": "x" * 100_000,
    "other digits": "٣²",
    "markup": "'\"><script>%s{{7*7}}",
}
NAME = re.compile(r'<(?:input|select|textarea)[^>]*\bname="([^"]+)"')
# What own pages take by POST, where no page shows it without a row.
NAMES = (
    "action chosen confirmed press reason next seen group q text role done body then last_seen agent me to is_note layout store "
    "new_store policy file kind day end name path query is_shared language code password session quantity reason accepted "
    "damaged lot_code expires_on line save_as supplier expected_on version _selected_action index select_across"
).split()


@pytest.fixture
def boss(client):
    client.force_login(User.objects.create_superuser("boss", password="x", language="en"))
    return client


def rows():
    """Something to open of what people write to."""
    store, sku = make_store(), make_sku()
    listing = make_listing(store, sku)
    order = make_order(store, line_of(sku), paid="10.00")
    customer = make_customer(first_store=store)
    note = ShiftNote.objects.create(author=User.objects.get(), text="count the till")
    batch = ImportBatch.objects.create(layout="generic", store_code=store.code, file_hash="x", file_bytes=1)
    return [
        f"/admin/catalog/listing/{listing.pk}/change/",
        f"/admin/catalog/store/{store.pk}/change/",
        f"/admin/catalog/sku/{sku.pk}/change/",
        f"/admin/membership/customer/{customer.pk}/change/",
        f"/shift/notes/{note.pk}/done/",
        f"/imports/{batch.pk}/columns/",
        f"/imports/{batch.pk}/apply/",
        f"/orders/{quote(order.number)}/",
    ]


def forms():
    """Every address without an argument, and some rows."""
    plain = sorted({path for name, path in addresses() if name not in LEFT_OUT and not ARGUMENT.search(path)})
    return [filled(path) for path in plain if "(?P" not in path] + rows()


def sent_to(client, path, typed):
    """The junk in every field that the page shows, and in those that any page takes."""
    page = client.get(path)
    shown = NAME.findall(page.text) if page.status_code == 200 and not page.streaming else []
    return {**dict.fromkeys((*NAMES, *shown), typed), "_save": "1"}


def broken_forms(client, pairs):
    """What broke, of (path, junk)."""
    found = []
    for path, typed in pairs:
        status = answered(lambda path=path, typed=typed: client.post(path, sent_to(client, path, typed)))
        if is_broken(status):
            found.append((path, typed[:20], status))
    return found


def test_every_form_bears_one_kind_of_junk(boss):
    kinds = list(TYPED.values())
    paths = forms()
    assert broken_forms(boss, [(path, kinds[number % len(kinds)]) for number, path in enumerate(paths)]) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", TYPED)
def test_every_form_bears_every_kind_of_junk(boss, kind):
    assert broken_forms(boss, [(path, TYPED[kind]) for path in forms()]) == []
