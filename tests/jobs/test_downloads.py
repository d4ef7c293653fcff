"""Downloads in the background: once for all who ask, with progress, an end and a reason."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.data import sources
from core.data.errors import DataError
from core.jobs.downloads import Download, Downloads


def ended(job: Download) -> Download:
    end = time.monotonic() + 10
    while job.active and time.monotonic() < end:
        time.sleep(0.01)
    assert not job.active
    return job


def test_two_who_ask_at_once_get_one_download(monkeypatch: pytest.MonkeyPatch) -> None:
    go, begun = threading.Event(), []

    def bring(name: str, root: Path, report: Callable[[int], None]) -> None:
        begun.append(name)
        report(15_500_000)
        go.wait(10)

    monkeypatch.setattr(sources, "bring", bring)
    downloads = Downloads()
    assert downloads.find("fashion") is None
    first = downloads.start("fashion")
    assert downloads.start("fashion") is first
    while not first.bytes:
        time.sleep(0.01)
    assert first.fraction == pytest.approx(0.5)
    go.set()
    assert ended(first).state == "done"
    assert begun == ["fashion"]
    assert downloads.find("fashion") is first


def test_a_download_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    def bring(name: str, root: Path, report: Callable[[int], None]) -> None:
        while True:
            report(1)
            time.sleep(0.005)

    monkeypatch.setattr(sources, "bring", bring)
    job = Downloads().start("usps")
    job.cancel()
    assert ended(job).state == "cancelled"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(DataError("no network"), "no network", id="a known reason"),
        pytest.param(
            ZeroDivisionError("/srv/x"), "unexpectedly (ZeroDivisionError)", id="any other"
        ),
    ],
)
def test_a_download_that_fails_says_why(
    error: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bring(*arguments: Any) -> None:
        raise error

    monkeypatch.setattr(sources, "bring", bring)
    downloads = Downloads()
    job = ended(downloads.start("usps"))
    assert job.state == "failed"
    assert said in job.error
    assert ended(downloads.start("usps")) is not job  # it can be tried again


def test_what_is_in_no_catalogue_has_no_download() -> None:
    with pytest.raises(KeyError):
        _ = Download(dataset="nothing").megabytes
