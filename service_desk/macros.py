"""Canned answers: their variables and what is still open in a text. Pure."""

import re
from collections.abc import Mapping

VARIABLES = ("customer", "order", "agent", "store", "ticket")
VARIABLE = re.compile(r"\{(" + "|".join(VARIABLES) + r")\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every variable that is known; what is not known stays as it is, to be seen and filled in."""
    return VARIABLE.sub(lambda found: values.get(found[1]) or found[0], text)


def open_variables(text: str) -> list[str]:
    """The variables that stand in a text unfilled, each once, as they are written."""
    return list(dict.fromkeys(found[0] for found in VARIABLE.finditer(text)))
