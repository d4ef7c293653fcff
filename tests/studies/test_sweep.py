"""Sweeps: what a study means, that nothing is trained twice, and that one failure stays one."""

from __future__ import annotations

import csv
import io
import json
import math
import operator
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.main import main
from core.metrics.catalogue import METRICS
from core.metrics.evaluation import Scoring
from core.runs.packing import packed
from core.runs.pipeline import make, train
from core.runs.store import Store
from core.setting.recipes import RECIPES
from core.setting.setting import FIELDS, Setting
from core.studies import results
from core.studies.engines.local import Pool
from core.studies.engines.protocol import (
    Answer,
    Cluster,
    EngineError,
    Outcome,
    Trial,
    TrialProgress,
)
from core.studies.perform import perform
from core.studies.plan import Options, plan
from core.studies.results import ResultsError, ResultsFile, key_of, read
from core.studies.study import Grid, Study, StudyError
from core.studies.study_file import read_study
from core.studies.sweep import run
from core.studies.terminal import Lines, Table
from core.studies.trial import at_hand, attempt, study_costs
from core.studies.watch import SweepState
from core.training import capacity
from core.training.records import EpochRecord, TrainingDiverged

ROOT = Path(__file__).resolve().parents[2]
STUDIES = ROOT / "studies"
TINY = STUDIES / "tiny.toml"
# asks for more images than there are: it fails at once, always
FAILING = '\n[[grid]]\nname = "fails"\ndigits = "0,1,2"\nholdout = "first3000"\n'
MEASURED = ("split", "n", "n_clusters", *METRICS, "warnings")


def _study(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _json(capsys) -> dict:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


# --------------------------------------------------------------------------------- what it means
def test_a_grid_is_the_product_of_its_lists_each_setting_once() -> None:
    study = read_study(TINY)
    assert [len(grid.settings) for grid in study.grids] == [12, 4]
    assert len(study.settings) == 14
    assert Counter(study.settings.values()) == {"terms": 12, "seeds": 2}
    seeds = [setting.seed for setting in study.settings]
    assert seeds == sorted(seeds)
    assert study.splits == ("heldout", "all")
    assert study.varied == ("digits", "regularizer", "seed")
    assert {s.dataset for s in study.settings} == {"digits"}


MEANT = [
    pytest.param("digits = [0, 1]", [("digits", "0,1")], id="a list of digits is one choice"),
    pytest.param('digits = ["0,1", [2, 3]]', [("digits", "0,1"), ("digits", "2,3")], id="two"),
    pytest.param("seeds = [7, 9]", [("seed", "7"), ("seed", "9")], id="listed seeds"),
    pytest.param("seed = 4", [("seed", "4")], id="one seed"),
    pytest.param("learning_rate = 1e-4", [("learning_rate", "0.0001")], id="a float"),
    pytest.param(
        'regularizer = ["none", "rae:weight=1|2"]',
        [("regularizer", text) for text in ("none", "rae:weight=1.0", "rae:weight=2.0")],
        id="alternatives inside a term",
    ),
    pytest.param("epochs = [5, 5]", [("epochs", "5")], id="the same value twice"),
]


@pytest.mark.parametrize(("line", "expected"), MEANT)
def test_fields_are_read_as_settings_reads_them(tmp_path: Path, line: str, expected) -> None:
    study = read_study(_study(tmp_path, f"[defaults]\nseeds = [0]\n[[grid]]\n{line}\n"))
    assert [s.to_text()[name] for s, (name, _) in zip(study.settings, expected, strict=True)] == [
        text for _, text in expected
    ]


# whose images are files that a benchmark makes: test_everywhere.py has it
OWN_FILES = ("everywhere.toml",)


@pytest.mark.parametrize(
    "path",
    sorted(path for path in STUDIES.glob("*.toml") if path.name not in OWN_FILES),
    ids=lambda p: p.stem,
)
def test_the_studies_of_the_repository_are_valid(path: Path) -> None:
    assert 5 <= len(read_study(path).settings) < 1000


GRID = "[[grid]]\nepochs = 2\n"
WRONG = [
    pytest.param("epochs = 2\n", "a name must be description, measured_on", id="loose field"),
    pytest.param("= 2", "is not a TOML file", id="not TOML"),
    pytest.param("\x00\xff", "is not a TOML file", id="binary"),
    pytest.param("", "at least one [[grid]]", id="empty file"),
    pytest.param("[[grid]]\n", "at least one field", id="empty grid"),
    pytest.param("grid = 3", "at least one [[grid]]", id="grid is a number"),
    pytest.param("[[grid]]\nepochs = []", "epochs must have at least one value", id="empty list"),
    pytest.param("[[grid]]\nseeds = []", "seed must have at least one value", id="no seeds"),
    pytest.param("[[grid]]\nseeds = 0", "seeds must be from 1", id="zero seeds"),
    pytest.param("[[grid]]\nseeds = 'x'", "seeds must be a whole number", id="seeds are text"),
    pytest.param("[[grid]]\nseed = 1\nseeds = 2", "not both", id="seed and seeds"),
    pytest.param("[[grid]]\ncolour = 'red'", "got 'colour'", id="unknown field"),
    pytest.param("[[grid]]\nlatent_dim = 99", "from 1 to 64; got '99'", id="out of range"),
    pytest.param("[[grid]]\nepochs = true", "numbers or texts; got True", id="truth value"),
    pytest.param("[[grid]]\nregularizer = ['magic']", "none, sine", id="unknown regularizer"),
    pytest.param("[[grid]]\nseeds = 1000\nepochs = [1,2]\nbatch_size = [8, 9]\n"
                 "regularizer = 'rae:weight=" + "|".join(map(str, range(300))) + "'",
                 "at most 100,000 settings; got 1,200,000", id="a million settings"),
    pytest.param("[[grid]]\nseeds = 100000000", "seeds must be from 1 to 100,000", id="many seeds"),
    pytest.param("measured_on = 'moon'\n" + GRID, "heldout, train, all", id="unknown split"),
    pytest.param("[clustering]\nmethod = 'x'\n" + GRID, "kmeans, gmm", id="unknown clustering"),
    pytest.param("[clustering]\nneighbours = 0\n" + GRID, "from 1 to 1000", id="no neighbours"),
    pytest.param("[clustering]\nmethod = ['gmm']\n" + GRID, "got ['gmm']", id="a list of methods"),
    pytest.param("[clustering]\nclusters = {}\n" + GRID, "a whole number", id="a table of clusters"),
    pytest.param("[clustering]\nk = 3\n" + GRID, "got 'k'", id="unknown name in clustering"),
    pytest.param("defaults = 1\n" + GRID, "must be a table", id="defaults are no table"),
    pytest.param("[[grid]]\nseed = 0x" + "f" * 4000, "shorter numbers", id="a number of 4,800 digits"),
    pytest.param("[[grid]]\n" + "".join(f"x{i} = [1, 2, 3]\n" for i in range(30)), "got 'x0'",
                 id="unknown fields"),
]  # fmt: skip


def test_the_headline_study_trains_the_recipes_that_the_app_offers() -> None:
    settings = read_study(STUDIES / "headline.toml").settings
    assert {RECIPES["tight"].setting, RECIPES["tight-ten"].setting} <= set(settings)


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_study_is_one_sentence_and_exit_2(tmp_path: Path, capsys, text, said) -> None:
    out = tmp_path / "results.csv"
    assert main(["sweep", str(_study(tmp_path, text)), "--out", str(out)]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert not out.exists()


WRONG_CALL = [
    pytest.param(["nothing.toml"], "there is none of that name", id="no such file"),
    pytest.param([str(TINY), "--workers", "0"], "at least 1; got 0", id="no workers"),
    pytest.param([str(TINY), "--out", str(TINY)], "holds something else", id="foreign results"),
    pytest.param([str(TINY), "--out", str(STUDIES)], "it is a folder", id="results are a folder"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG_CALL)
@pytest.mark.parametrize("dry", [[], ["--dry-run"]], ids=["run", "dry run"])
def test_a_wrong_call_is_one_sentence_and_exit_2(capsys, arguments, said, dry) -> None:
    before = TINY.read_bytes()
    assert main(["sweep", *arguments, *dry]) == 2
    assert said in capsys.readouterr().err
    assert TINY.read_bytes() == before
    assert not [*STUDIES.glob(".*"), *ROOT.glob(".studies*")]


def test_a_study_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="can't be read"):
        read_study(tmp_path)


# ---------------------------------------------------------------------------------- results file
def _row(setting: Setting, **other: str) -> dict:
    return results.row(setting, "g", "heldout", Scoring(), {}) | {"status": "done"} | other


def test_rows_survive_and_half_a_line_is_no_row(tmp_path: Path, tiny: Setting) -> None:
    path = tmp_path / "results" / "x.csv"
    with ResultsFile(path) as file:
        file.add([_row(tiny, reason='two\nlines, "quoted"')])
        file.add([_row(tiny.replace(seed=1))])
    whole = path.read_bytes()
    path.write_bytes(whole + b'digits-0,"half')
    assert len(read(path)) == 2
    with ResultsFile(path) as file:
        assert [key_of(row) for row in file.rows] == [
            (tiny.replace(seed=seed), "heldout", "train", Scoring()) for seed in (0, 1)
        ]
    assert path.read_bytes() == whole
    assert read(path)[0]["reason"] == 'two lines, "quoted"'


def test_a_file_of_an_older_version_is_understood(tmp_path: Path, tiny: Setting) -> None:
    path = tmp_path / "x.csv"
    row = {k: v for k, v in _row(tiny).items() if k not in ("shear", "numpy", "trained_on")} | {
        "note": "mine"
    }
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row)
    with ResultsFile(path) as results_file:
        results_file.add([_row(tiny.replace(seed=1))])
    first, second = read(path)
    assert key_of(first) == (tiny, "heldout", "train", Scoring())
    assert (first["note"], second["note"]) == ("mine", "")
    assert second["shear"] == "0.3"


def test_a_header_that_is_no_line_is_a_foreign_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"run,sta\rtus,split,clustering\n")
    with pytest.raises(ResultsError, match="holds something else"):
        read(path)


def test_only_one_sweep_writes(tmp_path: Path) -> None:
    with (
        ResultsFile(tmp_path / "x.csv"),
        pytest.raises(ResultsError, match="another sweep"),
        ResultsFile(tmp_path / "x.csv"),
    ):
        pass


def test_a_plan_asks_for_what_is_missing_only(tmp_path: Path) -> None:
    study = read_study(TINY)
    first, second = list(study.settings)[:2]
    rows = [
        _row(first, knn_accuracy_pixels="0.5"),  # lacks the split `all`
        _row(second, status="failed"),
        _row(first.replace(seed=99)),
    ]
    with ResultsFile(tmp_path / "x.csv") as file:
        file.add(rows)
    kept = read(tmp_path / "x.csv")
    todo = plan(study, kept, Options())
    assert (len(todo.trials), todo.done, todo.failed) == (13, 0, 1)
    assert todo.trials[0].splits == ("all",)
    assert todo.trials[0].pixels == {5: 0.5}
    assert len(plan(study, kept, Options(retry_failed=True)).trials) == 14


# ------------------------------------------------------------------------------------- one trial
def test_a_trial_measures_as_a_run_does_and_uses_stored_runs(store: Store, tiny: Setting) -> None:
    trial = Trial(tiny, "g", ("heldout",), Scoring())
    assert at_hand(trial, store) is trial
    fresh = perform(trial).rows[0]
    run = train(tiny, store, threads=1)
    found = at_hand(trial, store)
    assert isinstance(found, Answer)
    stored = found.rows[0]
    assert (fresh["source"], stored["source"]) == ("trained", "stored")
    for name, value in run.evaluation.values.items():
        assert fresh[name] == pytest.approx(value), name
        assert stored[name] == value
    assert fresh["warnings"] == stored["warnings"] == " ".join(run.evaluation.warnings)
    assert set(fresh) | {"reason"} == set(results.COLUMNS)
    other = at_hand(Trial(tiny, "g", ("all",), Scoring("gmm", 3), keep=True), store)
    assert isinstance(other, Trial)  # it travels with the weights and is scored elsewhere
    answer = perform(other)
    gmm = answer.rows[0]
    assert not answer.files
    assert (gmm["source"], gmm["n_clusters"], gmm["n"]) == ("stored", 3, 720)


def test_trained_on_all_images_nothing_is_stored(
    store: Store, tiny: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(tiny, store, threads=1)  # of training images only: no answer to what is asked
    everything = Trial(tiny, "g", ("all",), Scoring(), keep=True, trained_on="all")
    assert at_hand(everything, store) is everything
    answer = perform(everything)
    row = answer.rows[0]
    assert not answer.files
    assert (row["trained_on"], row["source"], row["n"]) == ("all", "trained", 720)
    assert row["acc"] != perform(Trial(tiny, "g", ("all",), Scoring())).rows[0]["acc"]

    text = "measured_on = 'all'\ntrained_on = 'all'\n" + GRID
    assert read_study(_study(tmp_path, text)).trained_on == "all"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trained_on = 'all'\n", 'measured_on must be "all"'),
        ("trained_on = 'test'\n", "trained_on must be train or all"),
    ],
)
def test_what_is_trained_on(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        read_study(_study(tmp_path, text + GRID))


def test_a_file_that_begins_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(GRID, encoding="utf-8-sig")
    assert [setting.epochs for setting in read_study(path).settings] == [2]


def test_fewer_workers_when_cores_or_memory_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capacity, "cores", lambda: 8)
    monkeypatch.setattr(capacity, "available_memory", lambda: 2_500_000_000)
    known = [capacity.Cost(1.0, 1, 1_000_000_000)]
    assert capacity.affordable(2, known) == (2, "")
    assert capacity.affordable(4, known)[0] == 2
    assert "Memory is short" in capacity.affordable(4, known)[1]
    monkeypatch.setattr(capacity, "available_memory", lambda: None)
    assert capacity.affordable(9, known) == (8, "There are only 8 cores for 9 workers. Workers: 8.")


# ------------------------------------------------------------------------------------ whole sweeps
class _FakePool:
    """One trial at a time in this process; Ctrl-C after the third."""

    def __init__(self, count: int) -> None:
        self.running: list[Trial] = []
        self.ended = 0
        self.slots = 1

    __enter__ = lambda self: self  # noqa: E731
    __exit__ = lambda self, *error: None  # noqa: E731
    fit = lambda self, known: ""  # noqa: E731
    costs = lambda self, settings, splits: study_costs(settings, splits)  # noqa: E731
    free = property(lambda self: not self.running)

    def give(self, trial: Trial) -> None:
        self.running = [trial]

    def wait(self, timeout: float):
        if self.ended == 3:
            raise KeyboardInterrupt
        self.ended += 1
        yield TrialProgress(self.running[0], 0.5)
        yield Outcome(self.running[0], attempt(self.running.pop()), 1.0)


@pytest.mark.slow
def test_ctrl_c_says_what_is_kept(tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.studies.engines.local.Pool", _FakePool)
    monkeypatch.setattr("core.studies.terminal.QUIET_SECONDS", 0.0)
    out = tmp_path / "x.csv"
    command = ["sweep", str(TINY), "--out", str(out), "--checkpoints", str(tmp_path)]
    for done in (3, 6):
        assert main(command) == 130
        said = capsys.readouterr().err
        assert f"stopped; {done} of 14 settings are in {out}" in said
        assert f"[{done}/14] digits" in said
        assert "s left" in said
        assert len(_table(out)) == 2 * done


class _Elsewhere(_FakePool):
    """Begins a trial and lets another process end its own training meanwhile."""

    def __init__(self, ended: Callable[[], None]) -> None:
        super().__init__(1)
        self.given: list[int] = []
        self._other_ends = ended

    def give(self, trial: Trial) -> None:
        super().give(trial)
        self.given.append(trial.setting.seed)

    def wait(self, timeout: float):
        if self.running:
            self._other_ends()
            yield Outcome(self.running.pop(), Answer(reason="as the test wants it"), 1.0)


def test_what_another_process_trains_comes_later_and_is_not_trained_again(
    tiny: Setting, store: Store, tmp_path: Path
) -> None:
    files = packed(make(tiny, threads=1))
    lock = store.training_lock(tiny)
    assert lock.try_acquire()

    def other_ends() -> None:
        store.write(tiny, files)
        lock.release()

    study = Study(tmp_path / "x.toml", (Grid("g", {}, (tiny, tiny.replace(seed=1))),))
    engine = _Elsewhere(other_ends)
    found = run(study, tmp_path / "x.csv", store, engine, Options(keep_runs=True), Lines(print))
    assert engine.given == [1]
    assert (found["done"], found["failed"], found["trained"]) == (1, 1, 0)
    assert {row["seed"]: row["source"] for row in read(tmp_path / "x.csv")} == {
        "1": "",
        "0": "stored",
    }
    assert not list(store.root.glob(".training-*"))


def _children(process: int) -> set[int]:
    listed = Path(f"/proc/{process}/task/{process}/children")
    return {int(child) for child in listed.read_text().split()} if listed.exists() else set()


def _alive(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def _table(path: Path) -> dict:
    """What was measured, by key; each key once."""
    rows = [row for row in read(path) if row["status"] == "done"]
    table = {key_of(row): tuple(row[name] for name in MEASURED) for row in rows}
    assert len(table) == len(rows)
    return table


@pytest.mark.slow
def test_killed_and_resumed_nothing_is_trained_twice_and_workers_change_nothing(
    tmp_path: Path, capsys
) -> None:
    one_seed = TINY.read_text().replace("seeds = 2", "seeds = 1")
    study = _study(tmp_path, one_seed + FAILING)
    out, place = tmp_path / "killed.csv", ["--checkpoints", str(tmp_path / "checkpoints")]
    command = ["sweep", str(study), "--out", str(out), *place, "--json"]

    assert main([*command, "--dry-run"]) == 0
    said = _json(capsys)
    assert (said["settings"], said["todo"], said["done"]) == (10, 10, 0)
    assert said["estimated_seconds"] > 0
    assert said["estimated_bytes"] > 0
    assert not out.exists()

    # two workers, killed in the middle: no warning, no clean-up
    process = subprocess.Popen(
        [sys.executable, "-m", "core", *command, "--workers", "2"], cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 300  # a machine may be busy
    while not (out.exists() and len(read(out)) >= 2) and time.monotonic() < until:
        time.sleep(0.02)
    workers = _children(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = read(out)
    assert 2 <= len(before) < 20
    with out.open("a") as file:
        file.write("digits-012,half a l")

    # the rest with one worker; the failing Setting is recorded, and fails the command
    assert main([*command, "--workers", "1"]) == 1
    done = _json(capsys)
    assert (done["done"], done["failed"]) == (9, 1)
    rows = read(out)
    assert rows[: len(before)] == before
    failed = [row for row in rows if row["status"] == "failed"]
    assert len(rows) == 20
    assert {row["grid"] for row in failed} == {"fails"}
    assert all("holdout must be 'test'" in row["reason"] for row in failed)
    assert not any(_alive(worker) for worker in workers)

    # nothing is left, and a failure is not tried again unless asked for
    size = out.stat().st_size
    assert main(command) == 1
    assert _json(capsys)["trained"] == 0
    assert out.stat().st_size == size
    table = _table(out)
    assert len(table) == 18
    for row in rows:
        if row["status"] == "done":
            assert math.isfinite(float(row["acc"]))
            assert row["machine"]
            assert row["torch"]
    assert set(FIELDS) <= set(rows[0])

    # three that one worker trained are trained again by two: the same numbers, to the last digit
    lines = out.read_text().splitlines(keepends=True)
    again = [row["run"] for row in rows if row["status"] == "done"][-6:]
    out.write_text("".join(line for line in lines if line.split(",")[0] not in again))
    assert main([*command, "--workers", "2", "--retry-failed"]) == 1
    said = _json(capsys)
    assert (said["trained"], said["done"], said["failed"]) == (3, 9, 1)
    assert len(read(out)) == 20
    assert _table(out) == table


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_half_a_row_is_none(tmp_path: Path) -> None:
    """A limit on the size of files fails as a full disk does: what fits is written, then no more."""
    out = tmp_path / "x.csv"
    code = (
        "import resource, sys; from core.cli.main import main; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000)); status = main(); "
        "print('torch' in sys.modules); sys.exit(status)"
    )
    command = ["sweep", str(TINY), "--out", str(out), "--checkpoints", str(tmp_path)]
    ended = subprocess.run(
        [sys.executable, "-c", code, *command, "--workers", "1"], cwd=ROOT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert last.startswith(f"{out}: ")
    assert "of 14 settings are in" in last
    assert "Traceback" not in ended.stderr
    assert ended.stdout.splitlines()[-1] == "False"  # the workers load it
    whole = out.read_text()
    assert len(whole) < 5000
    assert whole.endswith("\n")
    assert len(read(out)) == whole.count("\n") - 1 > 0


@pytest.mark.slow
def test_a_worker_that_dies_loses_its_trial_and_no_other(
    tiny: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.studies.engines.local.study_costs", operator.call)
    trials = [Trial(tiny.replace(seed=seed), "g", ("heldout",), Scoring()) for seed in (0, 1)]
    ended = {}
    with Pool(1) as pool:
        assert pool.costs(os._exit, 9) == {}  # it dies while it estimates
        for trial in trials:
            assert pool.free
            pool.give(trial)
            assert not pool.free
            if trial is trials[0]:
                pool._workers[0].kill()
            while pool.running:
                for event in pool.wait(1.0):
                    if isinstance(event, Outcome):
                        ended[event.trial.setting.seed] = event.answer
    assert "ended without an answer (exit status -9" in ended[0].reason
    assert ended[0].rows == []
    assert ended[1].reason == ""
    assert ended[1].rows[0]["acc"] == perform(trials[1]).rows[0]["acc"]


def test_a_training_that_diverges_is_a_reason_and_its_records_are_kept(
    tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = EpochRecord(1, {"reconstruction": 0.5}, {"reconstruction": 0.25}, 0.1)

    def make(setting, progress, **_):
        raise TrainingDiverged("Training stopped in epoch 2: it became inf.", [record])

    monkeypatch.setattr("core.studies.perform.make", make)
    monkeypatch.setattr("core.studies.engines.local.Pool", _FakePool)
    path = _study(tmp_path, '[[grid]]\ndataset = "digits"\ndigits = "0,1"\n')
    out = tmp_path / "x.csv"
    command = ["sweep", str(path), "--out", str(out), "--checkpoints", str(tmp_path), "--keep-runs"]
    assert main(command) == 1
    assert "failed: Training stopped in epoch 2" in capsys.readouterr().err
    assert [row["reason"] for row in read(out)] == ["Training stopped in epoch 2: it became inf."]
    failure = Store(tmp_path).failure(next(iter(read_study(path).settings)))
    assert failure == ("Training stopped in epoch 2: it became inf.", (record.to_json(),))


# ------------------------------------------------------------------------------------- engines
WRONG_CLUSTER = [
    pytest.param(["--cpus", "2"], "--cpus is for --engine ray", id="cpus of the local engine"),
    pytest.param(["--engine", "ray", "--address", "ray://x:1"], "auto or HOST:PORT", id="address"),
    pytest.param(["--engine", "ray", "--cpus", "0"], "above 0; got 0", id="no cpus"),
    pytest.param(["--engine", "ray", "--gpus", "1.5"], "a whole number", id="one and a half GPUs"),
    pytest.param(["--engine", "ray", "--gpus", "nan"], "a whole number", id="not a number"),
    pytest.param(["--engine", "moon"], "invalid choice: 'moon'", id="no such engine"),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG_CLUSTER)
def test_a_wrong_engine_is_one_sentence_and_exit_2(tmp_path: Path, capsys, arguments, said) -> None:
    out = tmp_path / "x.csv"
    assert main(["sweep", str(TINY), "--out", str(out), *arguments]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert not out.exists()


def test_shares_of_a_gpu_and_whole_ones_are_fine() -> None:
    assert Cluster("head:6379", 0.5, 0.25).gpus == 0.25
    assert Cluster(gpus=2).gpus == 2
    with pytest.raises(EngineError, match="HOST:PORT"):
        Cluster("head:99999")


def test_without_ray_a_sentence_says_what_to_install(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delitem(sys.modules, "core.studies.engines.ray", raising=False)
    out = tmp_path / "x.csv"
    assert main(["sweep", str(TINY), "--out", str(out), "--engine", "ray"]) == 2
    assert "requirements-cluster.txt" in capsys.readouterr().err
    assert not out.exists()


# --------------------------------------------------------------------------------------- progress
def _screen(written: str) -> list[str]:
    """What a terminal shows of it: lines, cursor up, and erasing from there on."""
    lines: list[str] = []
    for piece in re.split(r"(\x1b\[\d*[AJ])", written):
        if found := re.fullmatch(r"\x1b\[(\d+)A", piece):
            del lines[-int(found[1]) :]
        elif piece not in ("\x1b[J", ""):
            lines += piece.removeprefix("\r").splitlines()
    return lines


def test_the_table_is_redrawn_in_its_place_below_the_lines(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", "24")
    stream = io.StringIO()
    table = Table(stream)
    table.say("2 settings to do")
    table.show(SweepState(4, 1, 1, (("seed 2", 0.25), ("seed 3" * 20, 0.5)), 2, 120.0))
    table.say("[3/4] seed 2: ACC 0.9")
    table.show(SweepState(4, 2, 1, (("seed 3", 0.75),), 2, 30.0))
    assert _screen(stream.getvalue())[:2] == ["2 settings to do", "[3/4] seed 2: ACC 0.9"]
    drawn = _screen(stream.getvalue())[2:]
    assert len(drawn) == 2
    assert drawn[0].startswith("[######################........] 3 of 4 settings, 1 failed")
    assert drawn[1] == "  [#########...]  75%  seed 3"
    assert all(len(line) < 60 for line in stream.getvalue().splitlines() if "seed 3" in line)
    table.show(SweepState(4, 3, 1, (), 2, 0.0))
    assert len(_screen(stream.getvalue())) == 2
