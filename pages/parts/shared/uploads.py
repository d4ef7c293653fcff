"""How much visitors may have uploaded: Streamlit bounds each file alone and keeps unasked ones."""

from __future__ import annotations

import functools
import threading
from typing import Any

from starlette.exceptions import HTTPException
from streamlit import runtime

from core.jobs.limits import limit

_VISITORS = 3  # whose uploads fit in memory at a time, each with all that one may have


def bound() -> None:
    """From now on files beyond `UPLOAD_MB` of a visitor, or three times that of all, are refused."""
    if runtime.exists():  # not in tests of pages
        bind(runtime.get_instance().uploaded_file_mgr)


def bind(manager: Any) -> None:
    """Let a manager of uploaded files refuse what is too much, with status 413."""
    if hasattr(manager, "refuses"):
        return
    add, adding = manager.add_file, threading.Lock()

    @functools.wraps(add)
    def checked(session_id: str, file: Any) -> None:
        with adding:
            held = {
                session: sum(len(each.data) for each in list(files.values()))
                for session, files in list(manager.file_storage.items())
            }
            most, size = limit("UPLOAD_MB") * 1e6, len(file.data)
            if (
                held.get(session_id, 0) + size > most
                or sum(held.values()) + size > _VISITORS * most
            ):
                raise HTTPException(
                    413, "Too much is uploaded already. Remove files, or reload the page later."
                )
            add(session_id, file)

    manager.add_file, manager.refuses = checked, True
