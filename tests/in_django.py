"""Run a module as a program within a Django that is set up: `python -m tests.in_django MODULE [WORDS]`."""

import runpy
import sys

import django

if __name__ == "__main__":
    django.setup()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
