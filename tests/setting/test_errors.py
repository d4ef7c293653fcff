"""Errors that people see: one base class, so that no command and no page forgets one of them."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import core
from core.setting.errors import UserError

# a score that is not defined and a training that was stopped: the code that asked for them answers
CAUGHT_BY_CALLERS = {"Undefined", "Cancelled"}
NOT_IMPORTED = (
    "core.__main__",
    "core.studies.engines.ray",
    "core.studies.engines.ray_tasks",
)  # a command; needs a library of its own


def test_every_error_of_core_has_a_sentence_and_an_exit_status() -> None:
    seen = set()
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if module.name in NOT_IMPORTED:
            continue
        for name, found in vars(importlib.import_module(module.name)).items():
            if not inspect.isclass(found) or not issubclass(found, Exception):
                continue
            if not found.__module__.startswith("core.") or name in CAUGHT_BY_CALLERS:
                continue
            assert issubclass(found, UserError), f"{found.__module__}.{name} must be a UserError"
            assert found.exit_status in (1, 2)
            seen.add(name)
    assert {"SettingError", "DataError", "DamagedRun", "UsageError"} <= seen
