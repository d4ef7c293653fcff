"""The index: every Run and every result of a study once, typed, and read again only when written."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.compare import index, index_file
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Scoring
from core.runs.content import to_bytes
from core.runs.run import Run
from core.runs.store import Store
from core.setting.setting import FIELDS, Setting
from core.studies import results
from tests.trained import train

ROOT = Path(__file__).resolve().parents[2]
ABOUT = {
    "training_seconds": 7.5,
    "machine": "a machine",
    "device": "cpu",
    "versions": {"torch": "2.13.0+cpu", "scikit-learn": "1.9.1"},
    "trained_at": "2026-01-02T03:04:05+00:00",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "results"


def add(folder: Path, name: str, setting: Setting, **more: object) -> None:
    """A row in a results file, as a sweep writes it."""
    scoring = more.pop("scoring", Scoring())
    about = {**ABOUT, **more.pop("about", {})}
    split = str(more.pop("split", "heldout"))
    row = results.row(setting, "a grid", split, scoring, about)
    with results.ResultsFile(folder / f"{name}.csv") as file:
        file.add([{**row, "status": results.DONE, "warnings": "", **more}])


@pytest.fixture
def run(tiny: Setting, store: Store) -> Run:
    return train(tiny, store)


def test_a_run_is_a_row_with_numbers(run: Run, store: Store, folder: Path) -> None:
    rows = index.load(store, folder).rows
    assert len(rows) == 1
    row = rows.iloc[0]
    for name, text in run.setting.to_text().items():
        assert str(row[name]) == text
    for name in METRICS:
        value = run.evaluation.values.get(name)
        assert row[name] == value if value is not None else math.isnan(row[name])
    assert rows["latent_dim"].dtype == "int64"
    assert rows["learning_rate"].dtype == "float64"
    assert row["curve"] == pytest.approx(
        [r["heldout"]["reconstruction"] for r in run.history], rel=1e-6
    )
    assert (row["run"], row["hash"], row["id"]) == (
        run.name,
        run.setting.hash,
        run.setting.hash,
    )
    assert row["warnings"].split() == list(run.evaluation.warnings)
    assert row["has_run"]
    assert row["study"] == ""
    assert set(FIELDS) <= set(rows)


def test_the_index_is_light() -> None:
    heavy = ("torch", "sklearn", "scipy", "numba", "streamlit")
    code = f"import sys, core.compare.index; print(*set({heavy!r}) & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []


def test_a_fresh_clone_shows_the_committed_studies(store: Store) -> None:
    found = index.load(store, ROOT / "studies" / "results")
    with (ROOT / "studies" / "results" / "headline.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    own = found.rows[found.rows["study"].str.contains("headline")]
    assert len(own) >= len(lines) >= 20
    assert not own["has_run"].any()
    by_run = own[own["split"] == "heldout"].set_index("run")
    for line in lines:
        if line["split"] == "heldout":
            assert by_run.loc[line["run"], "acc"] == float(line["acc"])
            assert by_run.loc[line["run"], "epochs"] == int(line["epochs"])


def test_a_run_that_a_study_has_too_is_one_row(run: Run, store: Store, folder: Path) -> None:
    add(folder, "first", run.setting, acc=0.123)
    add(folder, "second", run.setting, acc=0.456)
    add(folder, "second", run.setting, acc=0.789, split="train")
    add(folder, "second", run.setting, acc=0.5, scoring=Scoring("gmm"))
    rows = index.load(store, folder).rows
    assert len(rows) == 3
    one = rows[rows["id"] == run.setting.hash].iloc[0]
    assert one["acc"] == run.evaluation.values["acc"]  # what Explore shows
    assert one["study"] == "first, second"
    assert one["grid"] == "a grid"
    assert len(one["curve"]) == run.setting.epochs
    assert rows["has_run"].all()
    assert rows["id"].is_unique
    assert set(rows["hash"]) == {run.setting.hash}


def test_of_two_studies_the_newer_counts(tiny: Setting, store: Store, folder: Path) -> None:
    add(folder, "a", tiny, acc=0.9, about={"trained_at": "2026-02-01T00:00:00+00:00"})
    add(folder, "b", tiny, acc=0.1, about={"trained_at": "2025-01-01T00:00:00+00:00"})
    rows = index.load(store, folder).rows
    assert rows["acc"].tolist() == [0.9]
    assert rows["study"].tolist() == ["a, b"]


def test_only_what_was_written_since_is_read(
    run: Run, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(folder, "a", run.setting.replace(seed=1), acc=0.5)
    first = index.load(store, folder)
    read: list[str] = []
    peek, rows_of = Store.peek, results.read
    monkeypatch.setattr(Store, "peek", lambda s, name: read.append(name) or peek(s, name))
    monkeypatch.setattr(results, "read", lambda path: read.append(path.name) or rows_of(path))
    again = index.load(store, folder)
    assert read == []
    pd.testing.assert_frame_equal(again.rows, first.rows)
    assert again.stamp == first.stamp == index.stamp(store, folder)
    other = train(run.setting.replace(seed=2), store)
    assert index.stamp(store, folder) != first.stamp
    assert len(index.load(store, folder).rows) == 3
    assert read == [other.name]
    add(folder, "a", run.setting.replace(seed=3), acc=0.5)
    read.clear()
    assert len(index.load(store, folder).rows) == 4
    assert read == ["a.csv"]
    (folder / "a.csv").unlink()
    assert len(index.load(store, folder).rows) == 2


def test_a_new_evaluation_of_a_run_is_seen(run: Run, store: Store, folder: Path) -> None:
    index.load(store, folder)
    path = run.folder / "run.json"
    content = json.loads(path.read_text())
    content["evaluation"]["acc"] = 0.25
    path.write_bytes(to_bytes(content))
    assert index.load(store, folder).rows["acc"].tolist() == [0.25]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def _nonsense(path: Path) -> None:
    path.write_bytes(b"PAR1" + bytes(200) + b"PAR1")


def _foreign(path: Path) -> None:
    pd.DataFrame({"acc": [1.0]}).to_parquet(path)


def _other_format(path: Path) -> None:
    table = _table(path).replace_schema_metadata({"latent-clusters-index/0": "{}"})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    content = sink.getvalue().to_pybytes()
    path.write_bytes(hashlib.sha256(content).digest() + content)


def _flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _table(path: Path) -> pa.Table:
    """What is behind the checksum."""
    return pq.read_table(pa.BufferReader(path.read_bytes()[32:]))


@pytest.mark.parametrize("damage", [_cut, _nonsense, _foreign, _other_format, _flipped])
def test_a_damaged_file_is_made_again(run: Run, store: Store, folder: Path, damage) -> None:
    whole = index.load(store, folder)
    path = store.cache("index.parquet")
    damage(path)
    again = index.load(store, folder)
    pd.testing.assert_frame_equal(again.rows, whole.rows)
    assert again.problems == ()
    assert _table(path).num_rows == 1


def test_a_disk_that_takes_nothing_costs_no_rows(
    run: Run, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(index_file, "replace_synced", full)
    assert len(index.load(store, folder).rows) == 1


def test_what_a_disk_does_not_give_is_read_the_next_time(
    run: Run, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(folder, "a", run.setting.replace(seed=1), acc=0.5)

    def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(Store, "peek", failing)
        broken.setattr(results, "read", failing)
        found = index.load(store, folder)
    assert len(found.rows) == 0
    problems = "\n".join(found.problems)
    assert "1 stored run can't be read" in problems
    assert "a.csv in results can't be read now" in problems
    again = index.load(store, folder)
    assert sorted(again.rows["seed"]) == [run.setting.seed, 1]
    assert again.problems == ()


def test_what_is_left_out_is_said(run: Run, store: Store, folder: Path) -> None:
    other = train(run.setting.replace(seed=9), store)
    (other.folder / "run.json").write_text("{}")
    add(folder, "a", run.setting, status=results.FAILED, reason="diverged")
    add(folder, "a", run.setting.replace(seed=1), acc=0.5)
    text = (folder / "a.csv").read_text()
    line = text.splitlines()[-1]
    (folder / "a.csv").write_text(text + line.replace(",digits,", ",a set of the future,") + "\n")
    (folder / "b.csv").write_text("some,other,table\n1,2,3\n")
    found = index.load(store, folder)
    assert sorted(found.rows["seed"]) == [0, 1]
    problems = "\n".join(found.problems)
    assert "1 stored run can't be read" in problems
    assert "1 row of a.csv is of no setting that this version knows" in problems
    assert "1 setting of a.csv failed" in problems
    assert "b.csv in results is not a file of results" in problems
    assert index.load(store, folder).problems == found.problems  # kept, too


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e999", "many", "<b>", "1" * 400])
def test_a_score_that_is_no_number_is_undefined(
    tiny: Setting, store: Store, folder: Path, value: str
) -> None:
    add(folder, "a", tiny, acc=value, n=value, nmi=0.5)
    row = index.load(store, folder).rows.iloc[0]
    assert math.isnan(row["acc"])
    assert row["n"] == 0
    assert row["nmi"] == 0.5


def test_a_run_with_a_history_of_anything_is_left_out(run: Run, store: Store, folder: Path) -> None:
    path = run.folder / "run.json"
    content = json.loads(path.read_text())
    content["history"] = ["text", None, {"heldout": 3}, {}]
    path.write_bytes(to_bytes(content))
    found = index.load(store, folder)
    assert len(found.rows) == 0
    assert "1 stored run can't be read" in found.problems[0]


def test_nothing_at_all_is_an_empty_table(tmp_path: Path) -> None:
    found = index.load(Store(tmp_path / "none"), tmp_path / "neither")
    assert len(found.rows) == 0
    assert {"acc", "latent_dim", "id", "has_run", "study"} <= set(found.rows)
    assert found.problems == ()
    assert index.mixed_versions(found.rows) == ""


def test_mixed_versions_are_a_sentence(tiny: Setting, store: Store, folder: Path) -> None:
    add(folder, "a", tiny)
    assert index.mixed_versions(index.load(store, folder).rows) == ""
    newer = {"torch": "2.14.0", "scikit-learn": "1.9.1"}
    add(folder, "b", tiny.replace(seed=1), about={"versions": newer})
    problems = index.mixed_versions(index.load(store, folder).rows)
    assert "torch 2.13.0 and 2.14.0" in problems
    assert "scikit-learn" not in problems


def test_several_at_once_agree(tiny: Setting, store: Store, folder: Path) -> None:
    for seed in range(20):
        add(folder, "a", tiny.replace(seed=seed), acc=seed / 20)
    found: list[index.Index] = []
    threads = [
        threading.Thread(target=lambda: found.append(index.load(store, folder))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    for other in found[1:]:
        pd.testing.assert_frame_equal(other.rows, found[0].rows)
    left = [f for f in os.listdir(store.root) if "parquet" in f]
    assert left == [store.cache("index.parquet").name]
