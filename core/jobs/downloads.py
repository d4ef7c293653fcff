"""Downloads of data sets in the background, one for each, for all visitors of a process."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from core.jobs.queue import Work
from core.setting.datasets import DATASETS
from core.setting.errors import UserError
from core.training.records import Cancelled

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Download(Work):
    """One data set's download; a running one is cancelled within a second or so.

    Attributes:
        dataset: its name.
        bytes: that have come so far.
    """

    dataset: str
    bytes: int = 0

    @property
    def megabytes(self) -> int:
        """That will come, about."""
        return DATASETS[self.dataset].megabytes

    @property
    def fraction(self) -> float:
        """Share that has come, 0 to 1."""
        return min(self.bytes / max(self.megabytes * 1e6, 1), 1.0)


class Downloads:
    """The downloads of a process; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, Download] = {}

    def find(self, dataset: str) -> Download | None:
        """The last download of a data set, also one that has ended; None: there was none."""
        return self._found.get(dataset)

    def start(self, dataset: str) -> Download:
        """Begin one, unless it is going on. Only data sets of the catalogue can be asked for."""
        with self._lock:
            last = self._found.get(dataset)
            if last is not None and last.active:
                return last
            job = Download(state="running", stage="downloading", dataset=dataset)
            self._found[dataset] = job
        threading.Thread(target=_perform, args=(job,), daemon=True, name="download").start()
        return job


def _perform(job: Download) -> None:
    from core.data.sources import bring
    from core.setting import paths

    def report(count: int) -> None:
        job.bytes += count
        job.go_on("downloading")

    state: str = "failed"
    try:
        bring(job.dataset, paths.DATA_DIR, report)
        state = "done"
    except Cancelled:
        state = "cancelled"
    except UserError as error:
        job.error = str(error)
    except Exception as error:  # a page must be told, whatever happens
        _log.exception("a download failed")
        job.error = f"The download failed unexpectedly ({type(error).__name__})."
    job.state = state  # type: ignore[assignment]
