"""Programs that run at once in a place: they import first, wait at the door, and start together.

A program is Python text within a Django that is set up; where it says `at_the_door()`, it waits for the others.
"""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.processes import Place

DOOR = """
import sys
import django
django.setup()
from django.db import connection

def at_the_door():
    # The parent opens the door for all at once by closing its end of the pipe.
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.read()
"""


def said(place: Place, *words: object) -> str:
    """Run Python in a place to its end; what it prints. A program that fails fails the test."""
    done = place.run(*words)
    assert done.returncode == 0, (done.stdout[-1000:], done.stderr[-3000:])
    return done.stdout.strip()


def tell(place: Place, code: str) -> str:
    """What a program prints."""
    return said(place, "-c", DOOR + code)


@contextmanager
def at_the_door(place: Place, code: str) -> Iterator[None]:
    """A program that waits at its door while the test does something, and then goes on to its end."""
    program = place.python("-c", DOOR + code, stdin=subprocess.PIPE)
    assert program.stdout.readline() == "ready\n", program.communicate()[1][-3000:]
    yield
    _out, err = program.communicate()
    assert program.returncode == 0, err[-3000:]


def race(place: Place, *codes: str) -> Counter[str]:
    """Start all programs, open the door when every one stands at it, and count the words that they print.

    `{me}` in a program is its number, from 0 on.
    """
    runners = [
        place.python("-c", DOOR + code.replace("{me}", str(me)), stdin=subprocess.PIPE) for me, code in enumerate(codes)
    ]
    for runner in runners:
        assert runner.stdout.readline() == "ready\n", runner.communicate()[1][-3000:]
    for runner in runners:
        runner.stdin.close()
        runner.stdin = None
    words: Counter[str] = Counter()
    for runner in runners:
        out, err = runner.communicate()
        assert runner.returncode == 0, err[-3000:]
        words.update(out.split())
    return words


def books(place: Place) -> str:
    """How many problems check_books finds, with what it says of them."""
    done = place.run("manage.py", "check_books", "--skip-checks")
    return done.stdout.strip().splitlines()[-1].partition(" ")[2] if done.returncode == 0 else done.stdout + done.stderr
