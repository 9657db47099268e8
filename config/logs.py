"""The log: a line of JSON for each event on stderr, from structlog and from libraries alike."""

from typing import Any

import structlog

from config.kernel.log_lines import without_values

# What every line is given, whoever wrote it.
GIVEN: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
]


def json_lines(*, level: str) -> dict[str, Any]:
    """Set structlog up, and give the setting LOGGING."""
    structlog.configure(
        processors=[*GIVEN, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    line = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_values,
            structlog.processors.JSONRenderer(),
        ],
        "foreign_pre_chain": GIVEN,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": line},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
    }
