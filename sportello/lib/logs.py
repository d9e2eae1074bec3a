"""What the process says about itself: one line per thing, for people in a terminal, as JSON everywhere else.

No secret gets into it: fields that are named like one are blanked, so are logins inside addresses, and a traceback
never shows the values of variables.
"""

import re
from typing import Any

import structlog

SECRET = re.compile(
    r"pass(word|phrase)?$|secret|token|authorization|cookie|api_?key|credential|private_key", re.IGNORECASE
)
LOGIN_IN_ADDRESS = re.compile(r"(\w://)[^/@\s]+@")
HIDDEN = "…"


def hide_secrets(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Blank what is named like a secret and logins in addresses; a structlog processor."""
    return {name: HIDDEN if SECRET.search(name) and value else _without_logins(value) for name, value in event.items()}


def _without_logins(value: Any) -> Any:
    if isinstance(value, str):
        return LOGIN_IN_ADDRESS.sub(rf"\1{HIDDEN}@", value)
    if isinstance(value, dict):
        return hide_secrets(None, "", value)
    return value


def configure(*, json: bool, level: str) -> dict[str, Any]:
    """Set structlog up and return what Django wants to hear as LOGGING, so that both speak with one voice."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True) if json else structlog.processors.TimeStamper("%H:%M:%S"),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder()],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            hide_secrets,
            _last(json),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"level": "CRITICAL"},  # lib/requests_log.py says it, without what is secret in the path
            "django.server": {"handlers": [], "propagate": True},
            "uvicorn": {"level": "WARNING"},
            "httpx2": {"level": "WARNING"},  # would say whole addresses, with what is secret in them
        },
    }


def _last(json: bool) -> Any:
    if json:
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    return structlog.dev.ConsoleRenderer(
        pad_event_to=40, sort_keys=False, exception_formatter=structlog.dev.plain_traceback
    )
