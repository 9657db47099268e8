"""The units of deploy/ as they stand: systemd reads them, and their commands serve pages, take jobs and keep time."""

import http.client
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.operations.conftest import KEYS, manage, shop, with_settings
from tests.processes import ROOT, postgres_place
from tests.servers import find_postgres, find_redis, postgres_server, redis_server

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
APP, PROGRAMS = "/srv/zhanggui/app", Path(sys.executable).parent
PATIENCE = 120
# Every second, so that nobody waits a minute for the clock; a run that a worker has to take.
PREPARE = """
from django_celery_beat.models import IntervalSchedule
IntervalSchedule.objects.update(every=1)
"""
START = """
from config.kernel.jobs import start_run
print(start_run("stock_snapshot", parameters={"day": "2026-11-11"}, trigger="button").pk)
"""
STATE = "from config.kernel.models import JobRun; print(JobRun.objects.get(pk={pk}).state)"


def command(unit: str) -> list[str]:
    """A unit's ExecStart with this checkout's programs."""
    [line] = re.findall(r"^ExecStart=(.+)$", (DEPLOY / unit).read_text(), re.MULTILINE)
    return shlex.split(line.replace(f"{APP}/.venv/bin", str(PROGRAMS)).replace("%i", "1").replace("%%", "%"))


def in_place(unit: Path, folder: Path) -> Path:
    """The unit with this checkout's paths, where systemd can look."""
    text = unit.read_text().replace(f"{APP}/.venv/bin", str(PROGRAMS)).replace(APP, str(ROOT))
    (folder / unit.name).write_text(text)
    return folder / unit.name


def verify(*units: Path) -> str:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze was not found")
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    return done.stderr


@pytest.mark.process
def test_systemd_has_nothing_to_say_against_the_units(tmp_path):
    for timer in DEPLOY.glob("*.timer"):
        shutil.copy(timer, tmp_path)
    told = verify(*[in_place(unit, tmp_path) for unit in UNITS], *tmp_path.glob("*.timer"))
    assert [line for line in told.splitlines() if str(tmp_path) in line or "zhanggui" in line] == []


@pytest.mark.process
def test_control_systemd_names_a_misspelt_line_and_a_missing_program(tmp_path):
    text = (DEPLOY / "zhanggui-beat.service").read_text().replace("NoNewPrivileges", "NoNewPriviliges")
    (tmp_path / "zhanggui-bad.service").write_text(text)
    told = verify(tmp_path / "zhanggui-bad.service")
    assert "NoNewPriviliges" in told
    assert "is not executable" in told


@pytest.fixture
def server_place(tmp_path):
    """A filled shop on PostgreSQL and Redis."""
    if find_postgres() is None or find_redis() is None:
        pytest.skip("needs PostgreSQL and Redis")
    with postgres_server() as server, redis_server() as broker, postgres_place(tmp_path, server) as place:
        place = with_settings(place, CELERY_BROKER_URL=broker, **KEYS)
        shop(place, "fill")
        manage(place, "shell", "-c", PREPARE)
        yield place


@contextmanager
def running(place, words):
    """The unit's command, and an end in order: TERM is enough."""
    log = place.folder / f"{Path(words[0]).name}-{words[-3]}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(words, cwd=ROOT, env=place.environment, stdout=out, stderr=out)
    try:
        yield process
        assert process.poll() is None, log.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0, log.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def get(socket_path: Path, path: str) -> tuple[int, str]:
    """What the web answers over its socket; (0, "") while it does not listen yet."""
    connection = http.client.HTTPConnection("localhost", timeout=30)
    connection.sock = socket.socket(socket.AF_UNIX)
    try:
        connection.sock.connect(str(socket_path))
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (FileNotFoundError, ConnectionError):
        return 0, ""
    finally:
        connection.close()


def until(ask, wanted):
    """Ask until the answer is the wanted one; the last answer otherwise."""
    deadline = time.monotonic() + PATIENCE
    while (answer := ask()) != wanted and time.monotonic() < deadline:
        time.sleep(0.2)
    return answer


@pytest.mark.process
@pytest.mark.slow
def test_the_units_commands_serve_take_a_job_and_keep_time(server_place):
    place, web_socket = server_place, server_place.folder / "web.sock"
    web = command("zhanggui-web.service")
    web[web.index("--bind") + 1] = f"unix:{web_socket}"
    with running(place, web):
        # Nobody works yet: the web lives and is not ready.
        assert until(lambda: get(web_socket, "/healthz")[0], 200) == 200
        status, told = get(web_socket, "/readyz")
        assert (status, '"worker": false' in told) == (503, True)
        with running(place, command("zhanggui-worker@.service")):
            run = manage(place, "shell", "-c", START).splitlines()[-1]
            state = STATE.format(pk=run)
            assert until(lambda: manage(place, "shell", "-c", state).splitlines()[-1], "succeeded") == "succeeded"
            # A worker alone is no sign of the clock: only beat makes it ready.
            assert get(web_socket, "/readyz")[0] == 503
            with running(place, command("zhanggui-beat.service")):
                assert until(lambda: get(web_socket, "/readyz")[0], 200) == 200


def test_the_nginx_example_hides_figures_and_media_and_lets_uploads_through(settings):
    text = (DEPLOY / "nginx.conf").read_text()
    [megabytes] = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(megabytes) * 1024 * 1024 > settings.UPLOAD_LIMIT_BYTES
    assert "location = /metrics { return 404; }" in text
    assert "/media" not in text
