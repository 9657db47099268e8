"""What the tests of membership share."""

import pytest
import time_machine


@pytest.fixture(autouse=True)
def today():
    """The days that the tests segment are over."""
    with time_machine.travel("2026-11-23T04:00:00Z", tick=True):
        yield
