"""The one place where what users can cause becomes a sentence on a page."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import streamlit as st

from core.setting.errors import UserError
from pages.parts.shared.wording import plain

F = TypeVar("F", bound=Callable[..., Any])


@contextmanager
def sentences() -> Iterator[None]:
    """What is drawn within ends with a sentence where an error of ours is raised."""
    try:
        yield
    except UserError as error:
        st.error(plain(str(error)), icon=":material/error:")


def fragment(run_every: float | None = None) -> Callable[[F], F]:
    """A part of a page that runs alone: `st.fragment`, with errors as `sentences`.

    Args:
        run_every: seconds.
    """

    def decorate(draw: F) -> F:
        @functools.wraps(draw)
        def drawn(*args: Any, **kwargs: Any) -> Any:
            with sentences():
                return draw(*args, **kwargs)

        return cast("F", st.fragment(drawn, run_every=run_every))

    return decorate
