"""The tests of this folder share one browser and one server: two at once are too slow for each other."""

from __future__ import annotations

import os

import pytest


def test_all_go_to_one_worker(request: pytest.FixtureRequest) -> None:
    shared = "PYTEST_XDIST_WORKER" in os.environ and request.config.getoption("loadgroup", False)
    assert request.node.nodeid.endswith("@browser") == bool(shared)
