"""Keeps a few child processes running until told to stop, and leaves none behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

STOP_SECONDS = 10.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """On Linux the kernel ends the child when its parent is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process that should be running: its name, its command, and when it may be started again."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause: float = 1.0

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us and we end it in order."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            list(self.command),
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - we have one thread
        )

    def signal_group(self, number: int) -> None:
        """Signal the process and its own children."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Runs children, starts a dead one again with growing pauses, and stops all of them on SIGINT or SIGTERM."""

    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    is_stopping: bool = False

    def add(self, name: str, command: Sequence[str]) -> None:
        """Start one more child."""
        child = Child(name, command)
        child.start()
        self.children.append(child)

    def stop_on_signals(self) -> None:
        """Ctrl-C and TERM end the loop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note_stop)

    def _note_stop(self, number: int, frame: object) -> None:
        self.is_stopping = True

    def run(self) -> None:
        """Watch the children until told to stop."""
        while not self.is_stopping:
            for child in self.children:
                self._look_after(child)
            time.sleep(0.3)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.is_running:
            if now - child.started_at > STEADY_SECONDS:
                child.pause = 1.0
        elif child.process is not None:
            self.say(f"{child.name} ended with {child.process.returncode}; starting it again in {child.pause:.0f} s")
            # Whatever it had started itself goes with it.
            child.signal_group(signal.SIGKILL)
            child.process = None
            child.start_again_at = now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)
        elif now >= child.start_again_at:
            child.start()

    def stop(self) -> None:
        """TERM to all, and KILL to what is left after ten seconds."""
        for child in self.children:
            child.signal_group(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while any(child.is_running for child in self.children) and time.monotonic() < deadline:
            time.sleep(0.1)
        for child in self.children:
            child.signal_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
