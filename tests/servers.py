"""Throw-away PostgreSQL and Redis for tests and benchmarks: found, started, and removed again.

PostgreSQL refuses to run as root, so root starts it as another user. Both listen on a socket in a private folder only.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

UNPRIVILEGED = ("postgres", "nobody")
START_SECONDS = 30


def find_postgres() -> Path | None:
    """The folder with initdb and postgres, the newest version first."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(":") if folder]
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -float(path.parent.name))
    # Hiding the programs from PATH hides the servers: a run without them can be tried on a machine that has them.
    debian = installed if os.environ.get("FIND_SERVERS", "1") != "0" else []
    for folder in [*folders, *debian]:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


def find_redis() -> Path | None:
    """The redis-server program."""
    found = shutil.which("redis-server")
    return Path(found) if found else None


def _run_as() -> pwd.struct_passwd | None:
    """The user that servers run as when we are root; None to run as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def _start(command: Sequence[str | Path], *, user: pwd.struct_passwd | None, log: Path) -> "subprocess.Popen[bytes]":
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    with log.open("wb") as output:
        return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
            [str(word) for word in command], stdout=output, stderr=output, start_new_session=True, **as_user
        )


def _wait(ready: Callable[[], bool], process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


@contextmanager
def _private_folder(user: pwd.struct_passwd | None) -> Iterator[Path]:
    # Socket paths hold at most about 100 characters: the folder's name is short.
    folder = Path(tempfile.mkdtemp(prefix="zg", dir="/tmp"))
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(
    command: Sequence[str | Path], *, user: pwd.struct_passwd | None, folder: Path, ready: Callable[[], bool]
) -> Iterator[None]:
    log = folder / "server.log"
    process = _start(command, user=user, log=log)
    try:
        _wait(ready, process, log)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of our own; gives its DATABASE_URL. Raises FileNotFoundError where the programs are missing."""
    programs = find_postgres()
    if programs is None:
        raise FileNotFoundError("initdb and postgres were not found")
    user = _run_as()
    with _private_folder(user) as folder:
        data = folder / "data"
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        subprocess.run(  # type: ignore[call-overload]
            [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "zhanggui",
                "--auth=trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            **as_user,
        )
        settings = (
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "max_connections=200",
            "shared_buffers=256MB",
        )
        command = [programs / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="]
        command += [word for setting in settings for word in ("-c", setting)]

        def ready() -> bool:
            try:
                psycopg.connect(host=str(folder), user="zhanggui", dbname="postgres").close()
            except psycopg.OperationalError:
                return False
            return True

        with _running(command, user=user, folder=folder, ready=ready):
            with psycopg.connect(host=str(folder), user="zhanggui", dbname="postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE zhanggui")
            yield f"postgres://zhanggui@/{folder}/zhanggui"


@contextmanager
def shared_postgres() -> Iterator[str]:
    """The server that the suite started for all tests that make databases of their own, or one for the caller."""
    if os.environ.get("TEST_SERVER_URL"):
        yield os.environ["TEST_SERVER_URL"]
        return
    with postgres_server() as url:
        yield url


@contextmanager
def redis_server() -> Iterator[str]:
    """A Redis of our own; gives the address for Celery and the cache. FileNotFoundError where it is missing."""
    program = find_redis()
    if program is None:
        raise FileNotFoundError("redis-server was not found")
    user = _run_as()
    with _private_folder(user) as folder:
        socket = folder / "redis.sock"
        command = [program, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder]
        with _running(command, user=user, folder=folder, ready=socket.exists):
            yield f"redis+socket://{socket}"
