"""The command line: one JSON object at the end, one sentence and exit 2 for wrong input."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from core.cli.main import COMMANDS, command, main
from core.cli.output import report_epochs, show
from core.runs.store import Store
from core.studies.study_file import read_study
from tests.data.own.forms import bars

TINY = ["--dataset", "digits", "--digits", "0,1,2", "--epochs", "2", "--latent-dim", "3"]
STUDY = str(Path(__file__).resolve().parents[2] / "studies" / "results" / "headline.csv")
NAMES = {
    "split", "n", "warnings", "acc", "nmi", "ari", "ami", "silhouette_labels", "silhouette_clusters",
    "davies_bouldin", "calinski_harabasz", "knn_accuracy", "trustworthiness", "reconstruction_mse",
}  # fmt: skip


def _json(capsys) -> dict:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.mark.slow
def test_train_runs_evaluate(tmp_path: Path, capsys) -> None:
    place = ["--checkpoints", str(tmp_path), "--json"]
    assert main(["train", *TINY, *place]) == 0
    first = _json(capsys)
    assert first["cached"] is False
    assert set(first["evaluation"]) >= NAMES
    assert main(["train", *TINY, *place]) == 0
    assert _json(capsys)["cached"] is True
    assert main(["runs", *place]) == 0
    assert [r["run"] for r in _json(capsys)["runs"]] == [first["run"]]
    assert main(["evaluate", first["run"][:15], *place]) == 0
    again = _json(capsys)["evaluation"]
    assert again["acc"] == pytest.approx(first["evaluation"]["acc"])
    assert main(["evaluate", first["run"], "--clustering", "gmm", "--clusters", "4", *place]) == 0
    assert _json(capsys)["evaluation"]["n_clusters"] == 4


@pytest.mark.slow
def test_threads_are_those_asked_for(tmp_path: Path, capsys) -> None:
    place = ["--checkpoints", str(tmp_path), "--json"]
    for count in (1, min(2, os.cpu_count() or 1)):
        assert main(["train", *TINY, "--again", "--threads", str(count), *place]) == 0
        run = Store(tmp_path).load(_json(capsys)["run"])
        assert run.provenance["threads"] == count


def test_metrics_of_any_latents(tmp_path: Path, capsys) -> None:
    y = np.repeat([0, 1], 20)
    X = np.random.default_rng(0).normal(size=(40, 2)) + 10 * y[:, None]
    np.savez(tmp_path / "x.npz", X=X, y=y)
    assert main(["metrics", str(tmp_path / "x.npz"), "--json"]) == 0
    scores = _json(capsys)["evaluation"]
    assert scores["acc"] == scores["nmi"] == scores["knn_accuracy"] == 1.0
    assert "reconstruction_mse" not in scores


@pytest.mark.parametrize("pair", [(-1, 1), (7, 1_000_000)], ids=["minus one", "far apart"])
def test_labels_may_be_any_whole_numbers(tmp_path: Path, capsys, pair: tuple[int, int]) -> None:
    which = np.repeat([0, 1], 20)
    X = np.random.default_rng(0).normal(size=(40, 2)) + 10 * which[:, None]
    found = []
    for labels in (which, np.array(pair)[which]):
        np.savez(tmp_path / "x.npz", X=X, y=labels)
        assert main(["metrics", str(tmp_path / "x.npz"), "--json"]) == 0
        found.append(_json(capsys)["evaluation"])
    assert found[0]["n_clusters"] == 2
    assert found[0]["silhouette_labels"] > 0.8
    assert found[1] == found[0]


def test_a_score_of_zero_is_in_the_list_of_runs(capsys) -> None:
    scores = {"acc": 0.0, "silhouette_labels": None, "warnings": {}}
    show({"runs": [{"run": "x", "evaluation": scores}]})
    assert capsys.readouterr().out == "x acc 0.000\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_file_and_help(capsys, name: str) -> None:
    assert callable(command(name).run)
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert COMMANDS[name].split()[0] in capsys.readouterr().out


def test_what_is_wrong_is_said(tmp_path: Path, capsys) -> None:
    place = ["--checkpoints", str(tmp_path)]
    collapsed = [*TINY, "--regularizer", "l1:weight=100", "--epochs", "20"]
    assert main(["train", *collapsed, *place, "--json"]) == 0
    result = _json(capsys)
    sentence = result["evaluation"]["warnings"]["collapsed"]
    assert main(["evaluate", result["run"], *place]) == 0
    assert f"WARNING, collapsed: {sentence}" in capsys.readouterr().out
    assert main(["runs", *place]) == 0
    assert "(collapsed, " in capsys.readouterr().out


def test_project_writes_points(tmp_path: Path, capsys) -> None:
    place = ["--checkpoints", str(tmp_path), "--json"]
    assert main(["train", *TINY[:-1], "5", *place]) == 0
    name = _json(capsys)["run"]
    table, archive = tmp_path / "points.csv", tmp_path / "points.npz"
    assert main(["project", name, "--dims", "2", "--output", str(archive), *place]) == 0
    first = _json(capsys)
    assert first["cached"] is False
    assert main(["project", name, "--dims", "2", "--output", str(table), *place]) == 0
    assert _json(capsys)["cached"] is True
    points = np.load(archive)["points"]
    assert points.shape == (first["n"], 2)
    assert table.read_text().startswith("UMAP 1,UMAP 2,labels,clusters\n")
    np.testing.assert_allclose(np.loadtxt(table, delimiter=",", skiprows=1)[:, :2], points, 1e-4)
    pca = ["--method", "pca", "--output", str(table)]
    assert main(["project", name, *pca, *place]) == 0
    assert _json(capsys)["axes"] == ["PCA 1", "PCA 2", "PCA 3"]


def test_export_writes_a_new_folder(tmp_path: Path, capsys) -> None:
    place = ["--checkpoints", str(tmp_path / "store"), "--json"]
    assert main(["train", *TINY, *place]) == 0
    name = _json(capsys)["run"]
    for form in ("tensorboard", "projector"):
        out = tmp_path / form
        assert main(["export", name, "--format", form, "--output", str(out), *place]) == 0
        result = _json(capsys)
        assert result["run"] == name
        assert result["files"] == sorted(
            str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()
        )
        assert main(["export", name, "--format", form, "--output", str(out), *place]) == 2
        assert "is there already" in capsys.readouterr().err


def test_table_of_results(tmp_path: Path, capsys) -> None:
    by = ["--by", "regularizer,digits", "--metrics", "acc,nmi"]
    assert main(["table", STUDY, *by]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 4
    cells = [cell.strip() for cell in lines[0].strip("|").split("|")]
    assert cells == ["Regularizer", "Digits", "n", "ACC ↑", "worst seed", "NMI ↑"]
    assert max(map(len, lines)) < 200  # a recipe in short
    assert main(["table", STUDY, *by, "--format", "latex", "--json"]) == 0
    result = _json(capsys)
    assert result["rows"] == 4
    assert result["table"].count(r"\pm") == 8
    assert main(["table", STUDY, "--by", "regularizer", "--format", "csv"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("regularizer,n,acc,acc_std,acc_worst,nmi,nmi_std")
    assert "also over rows that differ in digits" in captured.err
    out = tmp_path / "all.parquet"
    assert main(["table", STUDY, "--format", "parquet", "--output", str(out), "--json"]) == 0
    assert _json(capsys)["rows"] == 28
    assert out.read_bytes()[:4] == b"PAR1"


WRONG = [
    pytest.param(["export", "nothing"], "must be the name", id="export of no run"),
    pytest.param(["export", "x", "--format", "onnx"], "invalid choice", id="no such export"),
    pytest.param(["table", "nothing.csv"], "must be a file", id="no results"),
    pytest.param(["table", "README.md"], "file of results", id="another file"),
    pytest.param(["table", STUDY, "--by", "colour"], "got colour", id="no such column"),
    pytest.param(["table", STUDY, "--by", ""], "got none", id="by nothing"),
    pytest.param(["table", STUDY, "--metrics", "acc,x"], "got x", id="no such score"),
    pytest.param(
        ["table", STUDY, "--format", "parquet"], "must be a file for", id="parquet as text"
    ),
    pytest.param(["project", "x", "--dims", "4"], "from 2 to 3", id="four dimensions"),
    pytest.param(["project", "x", "--seed", "1", "--fast"], "not allowed", id="seed and none"),
    pytest.param(["train", "--latent-dim", "99"], "from 1 to 64", id="out of range"),
    pytest.param(["train", "--digits", ""], "at least one class", id="no digits"),
    pytest.param(["train", "--regularizer", "magic"], "none, sine", id="unknown regularizer"),
    pytest.param(["train", "--threads", "0"], "from 1 to", id="no thread"),
    pytest.param(["train", "--colour", "red"], "--colour", id="unknown option"),
    pytest.param(["evaluate", "nothing"], "must be the name", id="unknown run"),
    pytest.param(["metrics", "nothing.npz"], "must be a file", id="no such file"),
    pytest.param([], "command", id="no command"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG)
def test_wrong_input_is_one_sentence_and_exit_2(tmp_path, capsys, arguments, said) -> None:
    place = ["--checkpoints", str(tmp_path)] if arguments else []
    assert main([*arguments, *place]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_pickle_is_refused(tmp_path: Path, capsys) -> None:
    np.savez(tmp_path / "x.npz", X=np.array([{}], dtype=object))
    assert main(["metrics", str(tmp_path / "x.npz")]) == 2
    assert "never unpickled" in capsys.readouterr().err


def test_a_stage_is_printed_once_however_often_it_is_reported(tiny, capsys) -> None:
    report = report_epochs(tiny)
    for stage in ("waiting", "waiting", "training", "waiting"):
        report(stage, None)
    assert capsys.readouterr().err == "waiting ...\ntraining ...\nwaiting ...\n"


# --------------------------------------------------------------------------------- own images
def test_as_many_clusters_as_the_images_suggest(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path / "data")
    np.savez(tmp_path / "mine.npz", images=bars(200))
    given = ["--dataset", str(tmp_path / "mine.npz"), "--clusters", "auto", "--epochs", "1"]
    assert _own(tmp_path, "train", *given) == 0
    captured = capsys.readouterr()
    assert "agree most on 3 clusters" in captured.err
    chosen = next(line for line in captured.err.splitlines() if line.endswith("<- best"))
    assert chosen.split()[0] == "3"
    assert json.loads(captured.out.splitlines()[-1])["setting"]["clusters"] == 3


def test_images_that_suggest_no_number_are_a_sentence(tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path / "data")
    np.savez(tmp_path / "mine.npz", images=np.tile(bars(1), (60, 1, 1)))
    given = ["--dataset", str(tmp_path / "mine.npz"), "--clusters", "auto"]
    assert _own(tmp_path, "train", *given) == 1
    assert "at least 40 different images to train on; it has 1" in capsys.readouterr().err


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of 60 images in three classes, as floats from -2 to 3, and a folder for what is kept."""
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path / "data")
    images = np.random.default_rng(0).integers(0, 200, (60, 12, 12)).astype(np.uint8)
    images[:, 0] = 0
    images[:, 5] = 255
    np.savez(
        tmp_path / "mine.npz", images=images, labels=np.array(["a", "b", "c"])[np.arange(60) % 3]
    )
    return tmp_path


def _own(folder: Path, *arguments: str) -> int:
    return main([*arguments, "--checkpoints", str(folder / "checkpoints"), "--json"])


def test_a_dry_run_of_add_keeps_nothing(own: Path, capsys) -> None:
    assert _own(own, "add", str(own / "mine.npz"), "--dry-run") == 0
    found = _json(capsys)
    assert "dataset" not in found
    assert found["classes"] == {"a": 20, "b": 20, "c": 20}
    assert not (own / "data").exists()
    assert main(["add", str(own / "mine.npz"), "--dry-run"]) == 0
    assert "60 images (12 x 12 pixels)" in capsys.readouterr().out


def test_add_list_train_and_remove(own: Path, capsys) -> None:
    assert _own(own, "add", str(own / "mine.npz"), "--name", "Letters") == 0
    name = _json(capsys)["dataset"]
    for given in (name, "Letters", str(own / "mine.npz")):  # three ways to say the same
        assert _own(own, "train", "--dataset", given, "--epochs", "1") == 0
        trained = _json(capsys)
        assert (trained["setting"]["dataset"], trained["setting"]["image_size"]) == (name, 12)
        assert trained["setting"]["digits"] == [0, 1, 2]
        assert trained["cached"] == (given != name)
    assert _own(own, "data") == 0
    assert _json(capsys)["data_sets"][-1] == {
        "dataset": name, "label": "mine", "here": True, "runs": 1,
    }  # fmt: skip
    assert _own(own, "data", "remove", "mine") == 2
    assert "needed by 1 stored run" in capsys.readouterr().err
    assert _own(own, "data", "remove", name, "--force") == 0
    assert _json(capsys) == {"removed": name}
    assert _own(own, "data", "remove", name) == 1
    assert _own(own, "data", "remove") == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--range", "1,0"], "black and white, such as 0,16", id="range: reversed"),
        pytest.param(["--range", "dark"], "black and white, such as 0,16", id="range: a word"),
        pytest.param(["--ground", "blue"], "invalid choice", id="ground: blue"),
    ],
)
def test_wrong_options_of_add(arguments: list[str], said: str, own: Path, capsys) -> None:
    assert _own(own, "add", str(own / "mine.npz"), *arguments) == 2
    assert said in capsys.readouterr().err


def test_values_of_no_known_range_are_asked_for(own: Path, capsys) -> None:
    images = np.load(own / "mine.npz")["images"] / 51.0 - 2
    np.savez(own / "other.npz", images=images)
    assert _own(own, "add", str(own / "other.npz"), "--dry-run") == 1
    assert "--range=-2,3, if the smallest is black" in capsys.readouterr().err
    assert _own(own, "add", str(own / "other.npz"), "--dry-run", "--range=-2,3") == 0


def test_a_study_takes_a_file_of_images_beside_it(own: Path, capsys) -> None:
    study = own / "study.toml"
    study.write_text('[[grid]]\ndataset = "mine.npz"\nepochs = 1\nseeds = 2\n', "utf-8-sig")
    assert _own(own, "sweep", str(study), "--dry-run") == 0
    (kept,) = (own / "data" / "npz").glob("*.npz")
    found = read_study(study, lambda path: kept.stem)
    assert {(s.dataset, s.digits, s.image_size) for s in found.settings} == {
        (kept.stem, (0, 1, 2), 12)
    }
