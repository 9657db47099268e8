"""The API's schema: valid, free of warnings, and every set of choices under a name of its own."""

import re

from django.core.management import call_command


def test_the_schema_is_valid_and_makes_no_warnings(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    names = re.findall(r"^    (\w+Enum):$", (tmp_path / "schema.yml").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"OrderStateEnum", "TicketStateEnum", "TicketKindEnum", "ReportKindEnum"} <= set(names)
    assert len(names) == len(set(names))
