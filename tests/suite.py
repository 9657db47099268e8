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


def main() -> int:
    """0 when everything that could run has passed; `--all` adds the long kinds, which start their own servers."""
    results = [run_tests("SQLite", marks=QUICK, settings={}), run_on_servers(QUICK)]
    if "--all" in sys.argv:
        results.append(run_tests("real files, races and kills", marks=f"({LONG}) and not browser", settings={}))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
