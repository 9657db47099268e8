"""`manage.py up`: the whole shop in one terminal: database, reference data, web, worker and beat. Ctrl-C stops all."""

import socket
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.models import Store
from config.demo.half_filled import discard_half_filled, noted_as_half_filled
from config.kernel.models import User, WorkerHeartbeat
from config.kernel.tasks import beat_heartbeat
from config.processes import Supervisor

WORKER_SECONDS = 30.0
# Celery warns root of pickle, which nothing here reads or writes.
CELERY = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "-q", "-A", "config"]


class Command(BaseCommand):
    """Prepares the database and serves on one machine."""

    help = "Migrates, installs reference data, and runs web, worker and beat until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--prepare-only", action="store_true", help="Prepare the database and serve nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, serve, and stop everything in order."""
        host, port = options["host"], options["port"]
        self._check_port(host, port)
        self._prepare()
        if options["prepare_only"]:
            return
        supervisor = Supervisor(say=self._say)
        supervisor.stop_on_signals()
        try:
            self._start_worker(supervisor)
            supervisor.add("web", self._web_command(host, port))
            self._greet(host, port)
            supervisor.run()
        finally:
            self._say("stopping")
            supervisor.stop()
            self._say("stopped")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _check_port(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} on {host} cannot be used ({error.strerror}). Choose another: PORT={port + 1} make run"
                ) from error

    def _step(self, name: str, work: Callable[[], object]) -> None:
        started = time.monotonic()
        work()
        self._say(f"{name}: {time.monotonic() - started:.1f} s")

    def _prepare(self) -> None:
        name = Path(settings.DATABASES["default"]["NAME"]) if settings.IS_SQLITE else None
        if settings.DEMO and discard_half_filled(settings.VAR_DIR, database=name):
            self._say("The demo store was stopped while it was being filled: it is filled anew.")
        self._step("migrate", lambda: call_command("migrate", verbosity=0, skip_checks=True))
        if "cache" in settings.DATABASES:
            self._step("cache", lambda: call_command("createcachetable", database="cache", verbosity=0))
        self._step("reference data", lambda: call_command("install_reference", stdout=self.stdout))
        self._refuse_demo_outside_debug()
        if settings.DEMO and not Store.objects.exists():
            with noted_as_half_filled(settings.VAR_DIR):
                self._fill_demo()

    def _fill_demo(self) -> None:
        self._step("demo store", lambda: call_command("seed_demo", stdout=self.stdout))
        self._step("restock check", lambda: call_command("restock_check", stdout=self.stdout))
        self._step("segment customers", lambda: call_command("segment_customers", stdout=self.stdout))
        self._step("daily report", lambda: call_command("build_report", "daily", stdout=self.stdout))

    def _refuse_demo_outside_debug(self) -> None:
        problems = [problem for problem in checks.run_checks(databases=["default"]) if problem.is_serious()]
        if problems:
            raise CommandError("\n".join(f"{problem.id}: {problem.msg} {problem.hint or ''}" for problem in problems))

    def _start_worker(self, supervisor: Supervisor) -> None:
        """Worker and beat first: the web is ready only when a worker answers."""
        quiet = ["--loglevel", "WARNING"]
        lonely = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        supervisor.add("worker", [*CELERY, "worker", "--pool", "prefork", "--concurrency", "2", *lonely, *quiet])
        supervisor.add("beat", [*CELERY, "beat", "--pidfile=", *quiet])
        asked_at = timezone.now()
        beat_heartbeat.delay()
        deadline = time.monotonic() + WORKER_SECONDS
        while time.monotonic() < deadline and not supervisor.is_stopping:
            if WorkerHeartbeat.objects.filter(beat_at__gte=asked_at).exists():
                return
            time.sleep(0.3)

    def _web_command(self, host: str, port: int) -> list[str]:
        waitress = [sys.executable, "-m", "waitress", "--threads=8", "--ident=", "--asyncore-use-poll"]
        return [*waitress, f"--listen={host}:{port}", "config.wsgi:application"]

    def _greet(self, host: str, port: int) -> None:
        self._say(f"Zhanggui serves at http://{host}:{port}/")
        demo_staff = User.objects.filter(is_demo=True).order_by("pk") if settings.DEMO and settings.DEBUG else []
        if demo_staff:
            from config.demo.staff import DEMO_PASSWORD

            self._say(f"Demo sign-ins, all with the password {DEMO_PASSWORD}")
            for user in demo_staff:
                self._say(f"  {user.username}")
        elif not User.objects.exists():
            self._say("Nobody can sign in yet. Make the first user: .venv/bin/python manage.py createsuperuser")
        self._say("Ctrl-C stops everything.")
