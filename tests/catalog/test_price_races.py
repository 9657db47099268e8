"""Prices set and withdrawn by several processes at once on PostgreSQL: never two at the same time, and never a gap."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from tests.processes import Place, postgres_place
from tests.servers import shared_postgres

pytestmark = [pytest.mark.race, pytest.mark.process]

PRELUDE = """
import sys
import django
django.setup()
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from django.db import IntegrityError, connection
from catalog.models import Channel, Listing, Price, Product, Sku, Store
from catalog.services import set_price, withdraw_price
from catalog.services import prices as service
from config.kernel.errors import DomainError

# Far enough ahead that every price is still scheduled.
FIRST = datetime(2100, 1, 1, tzinfo=UTC)

def at_the_door():
    # The parent opens the door for all at once by closing its end of the pipe.
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.read()
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
def server() -> Iterator[str]:
    """A PostgreSQL: the suite's own, or one started for these tests."""
    try:
        with shared_postgres() as url:
            yield url
    except FileNotFoundError as missing:
        pytest.skip(f"needs PostgreSQL: {missing}")


@pytest.fixture(scope="module")
def migrated(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A database with one listing, migrated once and copied for each race."""
    with postgres_place(tmp_path_factory.mktemp("prices"), server) as place:
        done = place.run("-c", PRELUDE + SETUP)
        assert done.returncode == 0, done.stderr[-2000:]
        yield place


@pytest.fixture
def shop(server: str, migrated: Place, tmp_path: Path) -> Iterator[Place]:
    """A shop of its own for each race."""
    template = migrated.database_url.rpartition("/")[2]
    with postgres_place(tmp_path, server, template=template) as place:
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


def race(place: Place, *codes: str) -> Counter[str]:
    """Start all programs, open the door when every one stands at it, and count the lines that they print."""
    runners = [place.python("-c", PRELUDE + code.replace("{me}", str(me)), stdin=-1) for me, code in enumerate(codes)]
    for runner in runners:
        assert runner.stdout.readline() == "ready\n"
    for runner in runners:
        runner.stdin.close()
        runner.stdin = None
    lines: Counter[str] = Counter()
    for runner in runners:
        out, err = runner.communicate()
        assert runner.returncode == 0, err[-2000:]
        lines.update(out.split())
    return lines


def test_prices_set_at_once_follow_each_other_without_overlap_and_without_gap(shop):
    lines = race(shop, *[SELLER] * 4)
    assert set(lines) <= {"set", "price_scheduled"}
    assert lines["set"] == ask(shop, "SELECT count(*) FROM catalog_price")
    assert lines["set"] + lines["price_scheduled"] == 40
    assert ask(shop, OVERLAPS) == 0
    assert ask(shop, "SELECT count(*) FROM catalog_price WHERE valid_to IS NULL") == 1
    ends = "SELECT valid_to FROM catalog_price WHERE valid_to IS NOT NULL"
    assert ask(shop, f"SELECT count(*) FROM catalog_price WHERE valid_from IN ({ends})") == lines["set"] - 1


def test_without_the_services_guard_the_database_refuses_the_second(shop):
    assert race(shop, UNGUARDED, UNGUARDED) == {"set": 1, "IntegrityError": 1}
    assert ask(shop, OVERLAPS) == 0


def test_the_control_without_any_guard_sells_at_two_prices_at_once(shop):
    with connect(shop) as connection:
        connection.execute(GUARDS)
    assert race(shop, UNGUARDED, UNGUARDED) == {"set": 2}
    assert ask(shop, OVERLAPS) == 1


def test_a_price_that_several_people_withdraw_at_once_is_withdrawn_once(shop):
    assert shop.run("-c", PRELUDE + TWO_PRICES).returncode == 0
    assert race(shop, *[WITHDRAWER] * 4) == {"withdrawn": 1, "price_withdrawn": 3}
    assert ask(shop, STANDING) == "1.0000 from 2100-01-01 to ever"


def test_a_price_set_while_the_one_before_it_is_withdrawn_follows_whatever_stays(shop):
    assert shop.run("-c", PRELUDE + TWO_PRICES).returncode == 0
    assert race(shop, WITHDRAWER, FOLLOWER) == {"withdrawn": 1, "set": 1}
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
