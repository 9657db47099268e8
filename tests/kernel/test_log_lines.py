"""Log lines tell kinds and places of exceptions, never their texts."""

import json
import logging
import sys

import pytest
import structlog
from django.conf import settings as django_settings

SECRET = "13800138000"


def a_line(record_of):
    """What our handler writes for a log call."""
    formatter = structlog.stdlib.ProcessorFormatter(
        **{key: value for key, value in django_settings.LOGGING["formatters"]["json"].items() if key != "()"}
    )
    return json.loads(formatter.format(record_of()))


def failure():
    try:
        try:
            int(f"phone {SECRET}")
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError as error:
        return error


def of_a_library(message="failed"):
    error = failure()
    info = (type(error), error, error.__traceback__)
    return logging.LogRecord("celery.app.trace", logging.ERROR, "x.py", 1, message, None, info)


def test_an_exception_is_told_by_kind_and_place_with_its_causes():
    line = a_line(of_a_library)
    assert SECRET not in json.dumps(line)
    assert "builtins.KeyError" in line["exception"]
    assert "builtins.ValueError" in line["exception"]
    assert "test_log_lines.py" in line["exception"]
    assert (line["event"], line["level"]) == ("failed", "error")


def test_a_library_that_writes_the_text_into_its_sentence_is_corrected():
    line = a_line(lambda: of_a_library(f"Task raised unexpected: KeyError('{SECRET}')"))
    assert line["event"] == "Task raised unexpected: KeyError"


def test_a_developer_may_ask_for_the_texts(settings):
    settings.LOG_VALUES = True
    assert SECRET in a_line(of_a_library)["exception"]


@pytest.mark.parametrize("exc_info", [True, failure()])
def test_our_own_lines_are_written_the_same_way(exc_info, caplog):
    from config.kernel.log_lines import without_values

    try:
        raise ValueError(SECRET)
    except ValueError:
        event = without_values(None, "error", {"event": "job_step_failed", "exc_info": exc_info})
        assert sys.exc_info()[0] is ValueError
    assert "exc_info" not in event
    assert SECRET not in json.dumps(event)
    assert without_values(None, "info", {"event": "fine"}) == {"event": "fine"}
