"""The web application, which dies at the place that DIE_AT names."""

import os

from config.wsgi import application
from tests.proof.places import before, die

if os.environ.get("DIE_AT"):
    before(os.environ["DIE_AT"], event=die)
__all__ = ["application"]
