"""What the app's jobs do, a line of JSON each on standard error: for whoever runs a server."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """A record as an object: when, how grave, where, what; and whatever `extra` names."""

    def format(self, record: logging.LogRecord) -> str:
        usual = {*vars(logging.makeLogRecord({})), "message"}  # libraries add to it
        content = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **{key: value for key, value in vars(record).items() if key not in usual},
        }
        if record.exc_info:
            content["error"] = self.formatException(record.exc_info)
        return json.dumps(content, ensure_ascii=False, default=str)


def begin() -> None:
    """Write what the loggers of `core` tell, from now on; asked again, nothing changes."""
    logger = logging.getLogger("core")
    if not any(isinstance(handler.formatter, JsonLines) for handler in logger.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
