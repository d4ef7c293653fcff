"""Whole pages are run again and again here, so these tests are not of the quick tier."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.compare import index
from core.runs.store import Store
from pages.parts.shared import services


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def no_components_of_others() -> Iterator[None]:
    """Each AppTest looks through all installed packages for components: a tenth of a second and more."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", list)
        yield


@pytest.fixture(autouse=True)
def own_store(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store without Runs and no results of studies, for the pages under test."""
    from streamlit import cache_resource

    cache_resource.clear()
    services.forget()
    monkeypatch.setattr("pages.parts.shared.services.Store", lambda: store)
    monkeypatch.setattr(index, "RESULTS", tmp_path / "results")
    return store
