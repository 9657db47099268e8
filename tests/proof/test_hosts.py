"""Worker hosts in network namespaces share one run, one is cut off in its middle, and the run ends as if one had done it.

`HOSTS_CUSTOMERS=1000000 PART_CUSTOMERS=20000 LEASE_SECONDS=60 PATIENCE_SECONDS=1800` tries it at that size.
"""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.processes import Place, copy_of
from tests.proof.conftest import write_history
from tests.proof.machines import Network, broker, durable_database, moved, namespaces_missing, network, wait_until
from tests.proof.programs import books, said
from tests.servers import find_redis

pytestmark = [pytest.mark.race, pytest.mark.process]
CUSTOMERS = os.environ.get("HOSTS_CUSTOMERS", "20000")
KEPT = {name: os.environ[name] for name in ("PART_CUSTOMERS", "LEASE_SECONDS") if name in os.environ}
KINDS = ("restock_check", "segment_customers")
STAYS, LEAVES = "left", "right"
WORKING = ("-m", "tests.in_django", "tests.proof.working")
WORKER = ("-m", "celery", "-q", "-A", "tests.proof.hurried", "worker", "-P", "solo", "-l", "WARNING")
LONELY = ("--without-gossip", "--without-mingle", "--without-heartbeat")
# Beat's half minutes, made short.
BEAT = """
import time, django
django.setup()
from config.kernel import tasks
while True:
    tasks.sweep.delay()
    time.sleep(1)
"""


@dataclass(frozen=True)
class Site:
    """A network of two hosts, and a shop on a PostgreSQL that they reach."""

    network: Network
    place: Place


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A shop of many customers, to be copied for each run."""
    if reason := namespaces_missing() or ("" if find_redis() else "redis-server was not found"):
        pytest.skip(reason)
    with ExitStack() as made:
        try:
            net = made.enter_context(network(STAYS, LEAVES))
            database = made.enter_context(durable_database(address=net.address, network=net.range))
        except (PermissionError, FileNotFoundError) as missing:
            pytest.skip(f"needs two hosts and PostgreSQL: {missing}")
        folder = tmp_path_factory.mktemp("site")
        place = moved(request.getfixturevalue("migrated"), folder, database)
        write_history(place)
        said(place, "-m", "tests.in_django", "tests.proof.crowd", CUSTOMERS)
        yield Site(net, place)


@contextmanager
def running(place: Place, name: str, *words: str) -> Iterator[None]:
    """A program that goes on until it is killed; its words are kept beside the shop."""
    with (place.folder / f"{name}.log").open("w") as log:
        process = place.python(*words, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextmanager
def at_work(site: Site, folder: Path, *hosts: str, cut: str = "") -> Iterator[Place]:
    """A copy of the shop with a queue and a worker on each host."""
    with ExitStack() as made:
        address = site.network.address
        copied = made.enter_context(copy_of(site.place, folder))
        queue = made.enter_context(broker(address=address))
        name = copied.database_url.rpartition("/")[2]
        place = replace(copied, settings={"CELERY_BROKER_URL": queue.url})
        for host in hosts:
            settings = {"CELERY_BROKER_URL": f"redis://{address}:6379/0", "HOST_NAME": host, "HOSTS": " ".join(hosts)}
            settings |= {"CUT_HOST": LEAVES, "CUT_KIND": cut} | KEPT
            url = f"postgres://zhanggui@{address}:5432/{name}"
            there = replace(place, database_url=url, settings=settings, through=site.network.on(host))
            made.enter_context(running(there, host, *WORKER, *LONELY))
        made.enter_context(running(place, "beat", "-c", BEAT))
        wait_until(lambda: all((folder / f"{host}-is-up").exists() for host in hosts), what="the workers")
        yield place


def state_of(place: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(place, *WORKING, "state").splitlines()[-1])
    return found


def run_ends(place: Place, kind: str) -> bool:
    user, _, path = place.database_url.removeprefix("postgres://").partition("@/")
    folder, _, name = path.rpartition("/")
    with psycopg.connect(host=f"/{folder.lstrip('/')}", user=user, dbname=name) as connection:
        states = [state for (state,) in connection.execute("SELECT state FROM kernel_jobrun WHERE kind = %s", [kind])]
    assert len(states) == 1
    return states[0] in {"succeeded", "failed", "cancelled"}


@pytest.fixture(scope="module")
def alone(site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What stands when one worker has done it all, with the same settings."""
    folder = tmp_path_factory.mktemp("alone") / "shop"
    with at_work(site, folder, STAYS) as place:
        for kind in KINDS:
            said(place, *WORKING, "queue", kind)
            wait_until(lambda kind=kind: run_ends(place, kind), what=kind)
        found = state_of(place)
    assert all([kind, "succeeded"] in found["runs"] for kind in KINDS)
    return found


@pytest.mark.parametrize("cut", KINDS)
def test_two_hosts_share_the_runs_and_one_that_is_cut_off_changes_nothing(
    site: Site, alone: dict[str, Any], tmp_path: Path, cut: str
) -> None:
    folder = tmp_path / "shop"
    with at_work(site, folder, STAYS, LEAVES, cut=cut) as place:
        for kind in [kind for kind in KINDS if kind != cut] + [cut]:
            said(place, *WORKING, "queue", kind)
            if kind == cut:
                wait_until((folder / "cut-off-in").exists, what="the middle of the run")
                site.network.pull(LEAVES)
                (folder / "cable-pulled").touch()
            wait_until(lambda kind=kind: run_ends(place, kind), what=kind)
        assert state_of(place) == alone
        # It comes back with what it held, and has nothing to say any more.
        lost = (folder / "cut-off-in").read_text()
        assert lost not in done_by(folder, LEAVES)
        site.network.plug(LEAVES)
        wait_until(lambda: lost in done_by(folder, LEAVES), what="the host that was cut off")
        assert state_of(place) == alone
        assert books(place) == "problems=0"
    assert lost in done_by(folder, STAYS)
    for host in (STAYS, LEAVES):
        assert {line.split()[0] for line in done_by(folder, host)} == set(KINDS)


def done_by(folder: Path, host: str) -> list[str]:
    """The parts that a host has done: `kind number`."""
    diary = folder / f"done-by-{host}"
    return diary.read_text().splitlines() if diary.exists() else []
