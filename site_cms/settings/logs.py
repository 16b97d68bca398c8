"""How the process logs: one line an event, with a request id, and with no secret address in it."""

import re

import structlog

from site_cms.settings import base

# Tokens live in these addresses; whoever holds one may act, so no log may hold one.
# What is asked for after a "?" may name a person (a search for a client) or hold a token: it is left out whole.
_SECRETS = re.compile(r"(/(?:booking|sign-in)/)[^/\s?\"']+|(\?)[^\s\"']+")


def redact_addresses(_logger: object, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace tokens and queries of addresses in every text value of a log event by `…`."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _SECRETS.sub(lambda found: f"{found[1] or found[2]}…", value)
    return event


def logging_settings(*, json: bool) -> dict[str, object]:
    """Django's LOGGING: everything to standard error, as JSON (production) or as text to read."""
    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": base.LOG_PROCESSORS,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redact_addresses,
            renderer,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": [], "propagate": True},  # Django's own would print beside ours, tokens and all
            "django.server": {"level": "WARNING", "handlers": ["stderr"], "propagate": False},
            "googleapiclient.discovery_cache": {"level": "ERROR"},
        },
    }
