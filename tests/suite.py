"""`make test`: the suite on SQLite, then again on PostgreSQL and Redis where their programs are found."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack

from tests.servers import find_postgres, find_redis, postgres_server, redis_server

# Browser tests need Chromium and the heavy tools: `make browser`.
LONG = "slow or race or process"
QUICK = f"not browser and not ({LONG})"
# Slow tests that run inside the suite's own database: worth a second database. The others start their own, on both.
INSIDE = "slow and not race and not process and not browser"


def run_tests(name: str, *, marks: str, settings: dict[str, str]) -> bool:
    """Run pytest once; True when it passed."""
    started = time.monotonic()
    workers = str(min(os.cpu_count() or 1, 4))
    command = [sys.executable, "-m", "pytest", "-q", "-m", marks, "-n", workers, "--dist", "loadscope"]
    passed = subprocess.run(command, env={**os.environ, **settings}, check=False).returncode == 0
    print(f"tests on {name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return passed


def run_on_servers(marks: str) -> bool:
    """Run the suite on throw-away servers; what is missing is said in a line."""
    if find_postgres() is None:
        print("skipped: the tests on PostgreSQL (initdb and postgres were not found)", flush=True)
        return True
    with ExitStack() as servers:
        settings = {"TEST_DATABASE_URL": servers.enter_context(postgres_server())}
        name = "PostgreSQL"
        if find_redis() is None:
            print("skipped: the tests with Redis (redis-server was not found)", flush=True)
        else:
            settings["TEST_BROKER_URL"] = servers.enter_context(redis_server())
            name = "PostgreSQL and Redis"
        return run_tests(name, marks=marks, settings=settings)


def run_long() -> bool:
    """Run the long kinds; those that need databases of their own share one server, where there is one."""
    with ExitStack() as servers:
        shared = {} if find_postgres() is None else {"TEST_SERVER_URL": servers.enter_context(postgres_server())}
        return run_tests("races, kills, hosts and real files", marks=f"({LONG}) and not browser", settings=shared)


def main() -> int:
    """0 when everything that could run has passed; `--all` adds the long kinds, `--long` runs them alone."""
    results = []
    if "--long" not in sys.argv:
        results += [run_tests("SQLite", marks=QUICK, settings={}), run_on_servers(QUICK)]
    if {"--all", "--long"} & set(sys.argv):
        results += [run_long(), run_on_servers(INSIDE)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
