"""The made-up Runs of a benchmark are such as the store reads: else it measures something else."""

from __future__ import annotations

from pathlib import Path

from benchmarks.compare import of_index


def test_made_up_runs_are_read(tmp_path: Path) -> None:
    assert set(of_index(tmp_path, count=3, repeats=1)) == {"build", "renew", "open", "check"}
