"""A line of JSON for whatever a logger of `core` tells."""

from __future__ import annotations

import json
import logging

from core.jobs.logs import JsonLines


def test_a_record_is_one_line_with_what_it_names() -> None:
    record = logging.makeLogRecord(
        {"name": "core.jobs.queue", "levelname": "INFO", "msg": "job %s", "args": ("ended",),
         "state": "done", "seconds": 1.5}
    )  # fmt: skip
    line = JsonLines().format(record)
    assert "\n" not in line
    content = json.loads(line)
    assert content.pop("time").endswith("+00:00")
    assert content == {
        "level": "info", "logger": "core.jobs.queue", "event": "job ended", "state": "done",
        "seconds": 1.5,
    }  # fmt: skip


def test_an_error_stays_in_its_line() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        info = (ValueError, error, error.__traceback__)
    line = JsonLines().format(logging.makeLogRecord({"msg": "failed", "exc_info": info}))
    assert "\n" not in line
    assert "ValueError" in json.loads(line)["error"]
