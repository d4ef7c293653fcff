"""Latents and labels in the forms that people have them are scored as they are in plain numpy."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import safetensors.numpy
import scipy.io
from sklearn.metrics import silhouette_score

from core.cli.main import main

N = 60
Y = np.arange(N) % 3
X = np.random.default_rng(0).normal(size=(N, 2)) + 8 * np.array([[0, 0], [0, 1], [1, 0]])[Y]
RIGHT = silhouette_score(X, Y)
NAMES = np.array(["cat", "dog", "owl"])[Y]


def scored(capsys: Any, *arguments: object) -> dict[str, Any]:
    assert main(["metrics", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def refused(capsys: Any, *arguments: object) -> str:
    assert main(["metrics", *map(str, arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return str(captured.err)


def table(path: Path, labels: Any, **options: Any) -> None:
    frame = pd.DataFrame(X, columns=["z1", "z2"])
    frame.insert(0, "label", labels)
    frame.to_csv(path, index=False, **options)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        pytest.param("a.npz", lambda p: np.savez(p, X=X, y=Y), id=".npz"),
        pytest.param("a.npz", lambda p: np.savez(p, latents=X, labels=Y), id=".npz, other names"),
        pytest.param("a.npz", lambda p: np.savez(p, x_train=X, y_train=Y), id=".npz, any names"),
        pytest.param("a.npz", lambda p: np.savez(p, X=X, y=Y[:, None]), id="labels in a column"),
        pytest.param("a.npz", lambda p: np.savez(p, X=X, y=Y.astype(float)), id="whole floats"),
        pytest.param("a.npz", lambda p: np.savez(p, X=X, y=NAMES), id="names of classes"),
        pytest.param("a.npz", lambda p: np.savez(p, X=X, y=Y - 1), id="-1 is a class"),
        pytest.param("a.mat", lambda p: scipy.io.savemat(p, {"X": X, "y": Y}), id=".mat"),
        pytest.param(
            "a.safetensors",
            lambda p: safetensors.numpy.save_file({"X": X, "y": Y}, p),
            id="tensors",
        ),
        pytest.param("a.csv", lambda p: table(p, Y), id="CSV"),
        pytest.param("a.csv", lambda p: table(p, NAMES, sep=";"), id="CSV, semicolons and names"),
        pytest.param("a.csv", lambda p: table(p, Y, encoding="utf-8-sig"), id="CSV with a mark"),
        pytest.param(
            "a.parquet",
            lambda p: pd.DataFrame(X, columns=["a", "b"]).assign(y=NAMES).to_parquet(p),
            id="Parquet",
        ),
    ],
)
def test_every_form_gives_the_same_scores(
    name: str, write: Callable[[Path], None], tmp_path: Path, capsys: Any
) -> None:
    write(tmp_path / name)
    scores = scored(capsys, tmp_path / name)["evaluation"]
    assert scores["acc"] == 1.0
    assert scores["n_clusters"] == 3
    assert scores["silhouette_labels"] == pytest.approx(RIGHT, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("y.txt", "\n".join(map(str, Y)), id="numbers, one a line"),
        pytest.param("y.csv", "label\n" + "\n".join(NAMES), id="names with a header"),
        pytest.param("y.npy", None, id=".npy"),
    ],
)
def test_labels_in_a_file_of_their_own(
    name: str, content: str | None, tmp_path: Path, capsys: Any
) -> None:
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / name, Y) if content is None else (tmp_path / name).write_text(content)
    found = scored(capsys, tmp_path / "x.npy", "--labels", tmp_path / name)
    assert found["evaluation"]["acc"] == 1.0


@pytest.mark.parametrize(
    ("values", "tolerance"),
    [
        pytest.param(X + 1.7e9, 1e-6, id="seconds since 1970"),
        pytest.param(X + np.array([5e5, 4.6e6]), 1e-6, id="metres of a map"),
        pytest.param(
            np.rint(X * 1e6).astype(np.int64) + 1_700_000_000_000_000_000, 1e-5, id="int64"
        ),
        pytest.param(
            np.rint(X * 1e6 + 1e8).astype(np.uint64) + np.uint64(2**63), 1e-5, id="uint64"
        ),
        pytest.param(X * 1e200, 1e-6, id="beyond what can be squared"),
        pytest.param(X * 1e-200, 1e-6, id="below what can be squared"),
        pytest.param(X.astype(">f4"), 1e-5, id="float32, big-endian"),
    ],
)
def test_where_the_points_are_changes_no_score(
    values: Any, tolerance: float, tmp_path: Path, capsys: Any
) -> None:
    np.savez(tmp_path / "x.npz", X=values, y=Y)
    scores = scored(capsys, tmp_path / "x.npz")["evaluation"]
    assert scores["acc"] == scores["knn_accuracy"] == 1.0
    assert scores["silhouette_labels"] == pytest.approx(RIGHT, abs=tolerance)
    assert scores["warnings"] == {}


def test_the_python_interface_takes_large_offsets_too() -> None:
    from core import evaluate

    found = evaluate(X + 1.7e9, Y)
    assert found.values["acc"] == 1.0
    assert found.values["silhouette_labels"] == pytest.approx(RIGHT, abs=1e-6)
    assert found.warnings == {}


def test_points_without_a_label_are_left_out(tmp_path: Path, capsys: Any) -> None:
    np.savez(tmp_path / "x.npz", X=X, y=np.where(Y == 2, np.nan, Y))
    assert main(["metrics", str(tmp_path / "x.npz"), "--json"]) == 0
    captured = capsys.readouterr()
    assert "20 points without a label" in captured.err
    assert json.loads(captured.out)["evaluation"]["n"] == 40


def test_noise_alone_is_said(tmp_path: Path, capsys: Any) -> None:
    noise = np.random.default_rng(3).uniform(size=(400, 20))
    np.savez(tmp_path / "x.npz", X=noise, y=np.arange(400) % 4)
    assert main(["metrics", str(tmp_path / "x.npz"), "--clustering", "hdbscan"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "clusters               0, 400 noise" in lines
    assert "acc                    0.0000" in lines


def test_hdbscan_takes_few_points(tmp_path: Path, capsys: Any) -> None:
    np.savez(tmp_path / "x.npz", X=X[:45], y=Y[:45])
    arguments = (tmp_path / "x.npz", "--clustering", "hdbscan")
    assert scored(capsys, *arguments)["evaluation"]["method"] == "hdbscan"
    found = scored(capsys, *arguments, "--min-cluster-size", 8)
    assert found["evaluation"]["n_clusters"] == 3
    assert "at least 2" in refused(capsys, *arguments, "--min-cluster-size", 1)


def test_many_points_have_their_stages_said(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cli.commands.metrics._SLOW", 60)
    np.savez(tmp_path / "x.npz", X=X, y=Y)
    assert main(["metrics", str(tmp_path / "x.npz"), "--json"]) == 0
    assert capsys.readouterr().err == "finding clusters of 60 points ...\nscoring ...\n"
    monkeypatch.setattr("core.cli.commands.metrics._SLOWER", 60)
    assert main(["metrics", str(tmp_path / "x.npz"), "--json"]) == 0
    assert "\n  ACC ...\n" in capsys.readouterr().err


def test_what_would_take_hours_is_refused_and_a_sample_is_not(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.savez(tmp_path / "x.npz", X=X, y=Y)
    for name, most in (("_NEIGHBOUR", 45 * 45), ("_MEAN", 45 * 3 * X.shape[1])):
        with monkeypatch.context() as patched:
            patched.setattr(f"core.cli.commands.metrics.{name}", 3599 / most)
            assert "hours" in refused(capsys, tmp_path / "x.npz")
            found = scored(capsys, tmp_path / "x.npz", "--sample", 45)
            assert (found["points"], found["evaluation"]["n"]) == (60, 45)
    assert "at least 2; got 1" in refused(capsys, tmp_path / "x.npz", "--sample", 1)
    assert scored(capsys, tmp_path / "x.npz", "--sample", 61)["evaluation"]["n"] == 60


@pytest.mark.parametrize(
    ("arrays", "arguments", "said"),
    [
        pytest.param({"X": X, "y": Y}, ["--clusters", "0"], "at least 1; got 0", id="0 clusters"),
        pytest.param({"X": X[:6]}, [], "without it 10 are looked for", id="six points, no labels"),
        pytest.param({"X": X, "y": Y[:-1]}, [], "one for each row", id="a label too few"),
        pytest.param({"X": X, "y": X[:, 0]}, [], "a measured value", id="measured values"),
        pytest.param({"X": X[:, 0]}, [], "shape (n, d)", id="one axis"),
        pytest.param({"a": X, "b": X}, [], "a (60, 2), b (60, 2)", id="two tables without a name"),
        pytest.param({"X": X.astype(str)}, [], "must be numbers", id="texts"),
    ],
)
def test_what_cannot_be_scored_is_a_sentence(
    arrays: dict[str, Any], arguments: list[str], said: str, tmp_path: Path, capsys: Any
) -> None:
    np.savez(tmp_path / "x.npz", **arrays)
    assert said in refused(capsys, tmp_path / "x.npz", *arguments)


def test_numbers_of_rows_are_no_labels(tmp_path: Path, capsys: Any) -> None:
    points = np.random.default_rng(0).normal(size=(2_400, 2))
    np.savez(tmp_path / "x.npz", X=points, y=np.arange(2_400) // 1.5 // 1)
    assert "as the numbers of rows have" in refused(capsys, tmp_path / "x.npz")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.csv", b"a,b\n1,x\n2,3\ny,4\n", "is text", id="texts among the numbers"),
        pytest.param("a.csv", b"", "a.csv is empty", id="empty"),
        pytest.param("a.parquet", b"PAR1", "can't be read as a table", id="no Parquet"),
        pytest.param("a.npz", b"PK\x03\x04", "damaged", id="cut off"),
        pytest.param("a.pt", b"\x80\x02}", "a pickle", id="a pickle"),
    ],
)
def test_damaged_files_are_a_sentence(
    name: str, content: bytes, said: str, tmp_path: Path, capsys: Any
) -> None:
    (tmp_path / name).write_bytes(content)
    assert said in refused(capsys, tmp_path / name)
