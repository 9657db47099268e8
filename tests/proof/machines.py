"""Servers that may be killed and started again, and worker hosts in network namespaces of their own."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from tests.processes import Place
from tests.servers import _private_folder, _run_as, _start, _wait, find_postgres, find_redis

PATIENCE_SECONDS = int(os.environ.get("PATIENCE_SECONDS", "180"))


def wait_until(happened: Callable[[], object], *, what: str) -> None:
    """Look every tenth of a second; a test that waits longer than its patience has failed."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.1)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill -9 of a server and of everything it started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    for pid in [process.pid, *map(int, children)]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()


@dataclass
class Database:
    """A PostgreSQL that keeps what it promised: fsync is on."""

    folder: Path
    programs: Path
    address: str = ""
    process: "subprocess.Popen[bytes] | None" = None
    settings: Sequence[str] = ()

    @property
    def url(self) -> str:
        """DATABASE_URL for processes on this machine."""
        return f"postgres://zhanggui@/{self.folder}/zhanggui"

    def _ready(self) -> bool:
        try:
            psycopg.connect(host=str(self.folder), user="zhanggui", dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Start, or start again after a kill; the crash is recovered from before anybody is let in."""
        command = [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder]
        command += ["-c", f"listen_addresses={self.address}", *self.settings]
        log = self.folder / "server.log"
        self.process = _start(command, user=_run_as(), log=log)
        _wait(self._ready, self.process, log)

    def kill(self) -> None:
        """The machine's plug is pulled."""
        assert self.process is not None
        _kill(self.process)

    def _client(self, name: str) -> Path:
        """A client program: beside the server, or wherever the shell finds it."""
        beside, found = self.programs / name, shutil.which(name)
        if not beside.exists() and found is None:
            raise FileNotFoundError(f"{name} was not found")
        return beside if beside.exists() else Path(found)

    def take_over(self, url: str) -> None:
        """Fill the database with a copy of another one."""
        user, _, path = url.removeprefix("postgres://").partition("@/")
        folder, _, name = path.rpartition("/")
        dumped = subprocess.run(
            [self._client("pg_dump"), "-h", folder, "-U", user, name], check=True, capture_output=True
        )
        psql = [self._client("psql"), "-q", "-h", self.folder, "-U", "zhanggui", "zhanggui"]
        subprocess.run(psql, input=dumped.stdout, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def durable_database(*, address: str = "", network: str = "") -> Iterator[Database]:
    """A durable PostgreSQL; it listens on an address of a test network where one is given."""
    programs, user = find_postgres(), _run_as()
    if programs is None:
        raise FileNotFoundError("initdb and postgres were not found")
    with _private_folder(user) as folder:
        as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        words = ["-U", "zhanggui", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", *words], check=True, stdout=subprocess.DEVNULL, **as_user
        )
        if network:
            with (folder / "data" / "pg_hba.conf").open("a", encoding="ascii") as rules:
                rules.write(f"host all all {network} trust\n")
        database = Database(folder, programs, address, settings=["-c", "port=5432"])
        database.start()
        try:
            with psycopg.connect(host=str(folder), user="zhanggui", dbname="postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE zhanggui")
            yield database
        finally:
            database.kill()


def moved(place: Place, folder: Path, database: Database) -> Place:
    """The same shop on another server."""
    database.take_over(place.database_url)
    for files in ("secrets", "media"):
        if (place.folder / files).exists():
            shutil.copytree(place.folder / files, folder / files)
    return Place(folder, database.url)


def pull_the_plug(place: Place, database: Database, *words: object) -> None:
    """The server is killed while a program stands in its middle, and is back when the program goes on."""
    program = place.python(*words, stdin=subprocess.PIPE)
    assert program.stdout.readline() == "ready\n", program.communicate()[1][-3000:]
    database.kill()
    database.start()
    # A job's worker may get over it by itself and try the part again; an import stops and is gone on with.
    said_last = "".join(program.communicate())
    assert "OperationalError" in said_last or "InterfaceError" in said_last


@dataclass
class Broker:
    """A Redis without any persistence."""

    folder: Path
    address: str = ""
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """CELERY_BROKER_URL for processes on this machine."""
        return f"redis+socket://{self.folder / 'redis.sock'}"

    @property
    def client(self) -> redis.Redis:
        """A client of our own."""
        return redis.Redis(unix_socket_path=str(self.folder / "redis.sock"))

    def start(self) -> None:
        """Start, or start again."""
        program = find_redis()
        if program is None:
            raise FileNotFoundError("redis-server was not found")
        socket = self.folder / "redis.sock"
        socket.unlink(missing_ok=True)
        listen = (
            ["--bind", self.address, "--port", "6379", "--protected-mode", "no"] if self.address else ["--port", "0"]
        )
        command = [program, *listen, "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", self.folder]
        log = self.folder / "server.log"
        self.process = _start(command, user=_run_as(), log=log)
        _wait(socket.exists, self.process, log)

    def kill(self) -> None:
        """Everything it held is gone."""
        assert self.process is not None
        _kill(self.process)


@contextmanager
def broker(*, address: str = "") -> Iterator[Broker]:
    """A Redis of our own."""
    with _private_folder(_run_as()) as folder:
        found = Broker(folder, address)
        found.start()
        try:
            yield found
        finally:
            found.kill()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@dataclass
class Network:
    """A bridge on this machine and hosts behind it, each with one cable that can be pulled."""

    name: str
    prefix: str
    hosts: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """This machine's address on the bridge."""
        return f"{self.prefix}.1"

    @property
    def range(self) -> str:
        """Every address on it."""
        return f"{self.prefix}.0/24"

    def on(self, host: str) -> list[str]:
        """The words before a command that runs on a host."""
        return ["ip", "netns", "exec", self.hosts[host]]

    def pull(self, host: str) -> None:
        """Take the host's cable out."""
        _ip("link", "set", f"{self.name}{host}", "down")

    def plug(self, host: str) -> None:
        """Put it back."""
        _ip("link", "set", f"{self.name}{host}", "up")


@contextmanager
def network(*hosts: str) -> Iterator[Network]:
    """A network of hosts. PermissionError where namespaces cannot be made."""
    name = f"zg{os.getpid() % 100_000}"
    found = Network(name, f"10.213.{os.getpid() % 250}")
    with ExitStack() as made:
        try:
            _ip("link", "add", name, "type", "bridge")
            made.callback(_ip, "link", "del", name)
            _ip("addr", "add", f"{found.address}/24", "dev", name)
            _ip("link", "set", name, "up")
            for number, host in enumerate(hosts, start=2):
                space = f"{name}-{host}"
                _ip("netns", "add", space)
                made.callback(_ip, "netns", "del", space)
                _ip("link", "add", f"{name}{host}", "type", "veth", "peer", "name", "eth0", "netns", space)
                _ip("link", "set", f"{name}{host}", "master", name, "up")
                _ip("-n", space, "addr", "add", f"{found.prefix}.{number}/24", "dev", "eth0")
                _ip("-n", space, "link", "set", "eth0", "up")
                _ip("-n", space, "link", "set", "lo", "up")
                found.hosts[host] = space
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            raise PermissionError(f"network namespaces cannot be made: {error}") from error
        yield found


def namespaces_missing() -> str:
    """Why hosts in namespaces cannot be had here, or nothing."""
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    return "" if shutil.which("ip") else "the program ip (iproute2) was not found"
