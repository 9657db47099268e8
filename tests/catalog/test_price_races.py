"""Prices set and withdrawn by several processes at once on PostgreSQL: never two at the same time, and never a gap."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.processes import Place, copy_of
from tests.racing import race, tell

pytestmark = [pytest.mark.race, pytest.mark.process]

PRICES = """
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from django.db import IntegrityError
from catalog.models import Channel, Listing, Price, Product, Sku, Store
from catalog.services import set_price, withdraw_price
from catalog.services import prices as service
from config.kernel.errors import DomainError

# Far enough ahead that every price is still scheduled.
FIRST = datetime(2100, 1, 1, tzinfo=UTC)
"""
SETUP = """
channel = Channel.objects.create(code="own", name="own")
store = Store.objects.create(code="own", name="own", channel=channel)
sku = Sku.objects.create(product=Product.objects.create(code="p", name="p"), code="apple")
Listing.objects.create(store=store, sku=sku, code="apple")
"""
SELLER = """
listing, me = Listing.objects.get(), {me}
at_the_door()
for turn in range(10):
    try:
        set_price(listing, amount=Decimal(me + 1), since=FIRST + timedelta(minutes=5 * turn + me))
        print("set")
    except DomainError as error:
        print(error.code)
"""
# Each stands at the door after it has looked and before it writes: both have seen no other price.
UNGUARDED = """
service._hold = lambda listing_id: None
create = Price.objects.create
def create_together(**values):
    at_the_door()
    return create(**values)
Price.objects.create = create_together
try:
    set_price(Listing.objects.get(), amount=Decimal(1), since=FIRST + timedelta(minutes={me}))
    print("set")
except IntegrityError as error:
    print(type(error).__name__)
"""
WITHDRAWER = """
price = Price.objects.get(valid_to=None)
at_the_door()
try:
    withdraw_price(price, reason="typed wrong")
    print("withdrawn")
except DomainError as error:
    print(error.code)
"""
TWO_PRICES = """
for number in (1, 2):
    set_price(Listing.objects.get(), amount=Decimal(number), since=FIRST.replace(day=number))
"""
FOLLOWER = """
at_the_door()
set_price(Listing.objects.get(), amount=Decimal(3), since=FIRST.replace(day=3))
print("set")
"""
STANDING = """
SELECT string_agg(amount || ' from ' || (valid_from AT TIME ZONE 'UTC')::date || ' to '
                  || coalesce((valid_to AT TIME ZONE 'UTC')::date::text, 'ever'), ', ' ORDER BY valid_from)
FROM catalog_price WHERE withdrawn_at IS NULL AND replaced_at IS NULL
"""
OVERLAPS = """
SELECT count(*) FROM catalog_price one JOIN catalog_price other
ON one.id < other.id AND (one.listing_id, one.kind) = (other.listing_id, other.kind)
AND tstzrange(one.valid_from, one.valid_to) && tstzrange(other.valid_from, other.valid_to)
WHERE coalesce(one.withdrawn_at, one.replaced_at, other.withdrawn_at, other.replaced_at) IS NULL
"""
GUARDS = """
DROP INDEX price_one_open_row;
ALTER TABLE catalog_price DROP CONSTRAINT price_list_never_overlaps;
"""
INSERT = """
INSERT INTO catalog_price (listing_id, kind, amount, currency, valid_from, valid_to, source, reason, batch_ref, created_at)
SELECT id, 'list', 1, 'CNY', %s, %s, 'manual', '', '', now() FROM catalog_listing
"""


@pytest.fixture(scope="module")
def listed(migrated: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A database with one listing, made once and copied for each race."""
    with copy_of(migrated, tmp_path_factory.mktemp("prices") / "listed") as place:
        tell(place, PRICES + SETUP)
        yield place


@pytest.fixture
def shop(listed: Place, tmp_path: Path) -> Iterator[Place]:
    """A shop of its own for each race."""
    with copy_of(listed, tmp_path / "shop") as place:
        yield place


def connect(place: Place, **more: object) -> "psycopg.Connection":
    """A plain connection to a place's database."""
    user, _, rest = place.database_url.removeprefix("postgres://").partition("@/")
    folder, _, name = rest.rpartition("/")
    return psycopg.connect(f"host={folder} user={user} dbname={name}", **more)


def ask(place: Place, question: str) -> object:
    """The one value that a question has for an answer."""
    with connect(place) as connection:
        [answer] = connection.execute(question).fetchone()
    return answer


def test_prices_set_at_once_follow_each_other_without_overlap_and_without_gap(shop):
    lines = race(shop, *[PRICES + SELLER] * 4)
    assert set(lines) <= {"set", "price_scheduled"}
    assert lines["set"] == ask(shop, "SELECT count(*) FROM catalog_price")
    assert lines["set"] + lines["price_scheduled"] == 40
    assert ask(shop, OVERLAPS) == 0
    assert ask(shop, "SELECT count(*) FROM catalog_price WHERE valid_to IS NULL") == 1
    ends = "SELECT valid_to FROM catalog_price WHERE valid_to IS NOT NULL"
    assert ask(shop, f"SELECT count(*) FROM catalog_price WHERE valid_from IN ({ends})") == lines["set"] - 1


def test_without_the_services_guard_the_database_refuses_the_second(shop):
    assert race(shop, *[PRICES + UNGUARDED] * 2) == {"set": 1, "IntegrityError": 1}
    assert ask(shop, OVERLAPS) == 0


def test_the_control_without_any_guard_sells_at_two_prices_at_once(shop):
    with connect(shop) as connection:
        connection.execute(GUARDS)
    assert race(shop, *[PRICES + UNGUARDED] * 2) == {"set": 2}
    assert ask(shop, OVERLAPS) == 1


def test_a_price_that_several_people_withdraw_at_once_is_withdrawn_once(shop):
    tell(shop, PRICES + TWO_PRICES)
    assert race(shop, *[PRICES + WITHDRAWER] * 4) == {"withdrawn": 1, "price_withdrawn": 3}
    assert ask(shop, STANDING) == "1.0000 from 2100-01-01 to ever"


def test_a_price_set_while_the_one_before_it_is_withdrawn_follows_whatever_stays(shop):
    tell(shop, PRICES + TWO_PRICES)
    assert race(shop, PRICES + WITHDRAWER, PRICES + FOLLOWER) == {"withdrawn": 1, "set": 1}
    # The withdrawn price's time goes to the one before it, whoever came first.
    assert ask(shop, STANDING) == "1.0000 from 2100-01-01 to 2100-01-03, 3.0000 from 2100-01-03 to ever"
    assert ask(shop, OVERLAPS) == 0


@pytest.mark.parametrize(("end", "outcome"), [("2100-01-03", "ExclusionViolation"), ("2100-01-02", "set")])
def test_of_two_connections_that_insert_at_once_the_second_waits_and_is_told(shop, end, outcome):
    def insert_beside():
        try:
            with connect(shop) as other:
                other.execute(INSERT, ("2100-01-01", end))
        except psycopg.Error as refused:
            return type(refused).__name__
        return "set"

    with ThreadPoolExecutor() as threads, connect(shop) as first:
        first.execute(INSERT, ("2100-01-02", None))
        beside = threads.submit(insert_beside)
        # Leaving the block commits the first; the second has to wait for that where the two overlap.
        first.commit()
        assert beside.result() == outcome
