"""Uploads are bounded for each visitor and for all, whatever page asked for them."""

from __future__ import annotations

import pytest
from starlette.exceptions import HTTPException
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from pages.parts.shared import uploads


@pytest.fixture
def manager(monkeypatch) -> MemoryUploadedFileManager:
    monkeypatch.setenv("LATENT_CLUSTERS_UPLOAD_MB", "0.001")
    found = MemoryUploadedFileManager("/upload")
    uploads.bind(found)
    uploads.bind(found)  # each page asks again
    return found


def _file(number: int, size: int) -> UploadedFileRec:
    return UploadedFileRec(str(number), "x.npz", "", b"0" * size)


def test_one_visitor_is_refused_and_room_comes_back(manager) -> None:
    manager.add_file("ann", _file(1, 600))
    with pytest.raises(HTTPException) as refusal:
        manager.add_file("ann", _file(2, 401))
    assert refusal.value.status_code == 413
    manager.add_file("ann", _file(3, 400))
    manager.remove_file("ann", "1")
    manager.add_file("ann", _file(4, 600))
    manager.remove_session_files("ann")
    manager.add_file("ann", _file(5, 1000))


def test_all_visitors_together_are_bounded(manager) -> None:
    for visitor in "abc":
        manager.add_file(visitor, _file(1, 1000))
    with pytest.raises(HTTPException):
        manager.add_file("d", _file(1, 1))
