"""Two saves of one row at once, and one form pressed twice at once, on PostgreSQL; each with its control."""

import os

import pytest

from tests.processes import postgres_place
from tests.servers import postgres_server

pytestmark = [pytest.mark.race, pytest.mark.process]


@pytest.fixture(scope="module")
def server():
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        yield url
        return
    try:
        with postgres_server() as url:
            yield url
    except FileNotFoundError as missing:
        pytest.skip(f"needs PostgreSQL: {missing}")


@pytest.fixture(scope="module")
def template(server, tmp_path_factory):
    with postgres_place(tmp_path_factory.mktemp("pages"), server) as place:
        yield place.database_url.rsplit("/", 1)[1]


@pytest.mark.parametrize(
    ("what", "guard", "told"),
    [
        # The second is shown the difference (200) instead of being led on (302).
        ("save", "guarded", "[200, 302] 1 0"),
        ("save", "control", "[302, 302] 1 0"),
        ("note", "guarded", "[302, 302] 0 1"),
        ("note", "control", "[302, 302] 0 2"),
    ],
)
def test_of_two_at_once_the_second_waits_for_the_first(server, template, tmp_path, what, guard, told):
    with postgres_place(tmp_path, server, template=template) as place:
        done = place.run("-m", "tests.in_django", "tests.kernel.racing_pages", what, guard)
    assert (done.returncode, done.stdout.strip()) == (0, told), done.stderr[-2000:]
