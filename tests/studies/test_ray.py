"""A sweep on a real cluster of two nodes, each with processes of its own; one is killed midway."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cli.main import main
from core.runs.pipeline import train
from core.runs.store import Store
from core.studies.results import key_of, read
from tests.studies.cluster import Cluster, kill

ROOT = Path(__file__).resolve().parents[2]
# small images, but long enough for a node to be killed while it trains
STUDY = """
[defaults]
dataset = "digits"
digits = "0,1,2"
latent_dim = 2

[[grid]]
name = "short"
epochs = 2
seeds = 2

[[grid]]
name = "long"
epochs = 80
seeds = [10, 11, 12]

[[grid]]
name = "fails"
holdout = "first3000"
seed = 0
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    try:
        cluster.head()
        yield cluster
    finally:
        cluster.close()


def _sweep(study: Path, folder: Path, address: str, *options: str) -> list[str]:
    """A command line, without the program."""
    return ["sweep", str(study), "--out", str(folder / "results.csv"), "--json", "--keep-runs",
            "--checkpoints", str(folder / "checkpoints"), "--engine", "ray", "--address", address,
            *options]  # fmt: skip


def _weights(folder: Path) -> dict[str, str]:
    runs, problems = Store(folder / "checkpoints").list()
    assert not problems
    return {
        run.name: json.loads((run.folder / "run.json").read_bytes())["sha256"][
            "weights.safetensors"
        ]
        for run in runs
    }


def test_a_node_that_is_killed_costs_nothing_but_time(
    cluster: Cluster, tmp_path: Path, capsys
) -> None:
    study = tmp_path / "study.toml"
    study.write_text(STUDY)
    node = cluster.node()
    command = [sys.executable, "-m", "core", *_sweep(study, tmp_path / "ray", cluster.address)]
    driver = subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        out = tmp_path / "ray" / "results.csv"
        until = time.monotonic() + 400
        # both short ones are done, so a long one is under way on either node
        while len(read(out)) < 2:
            assert time.monotonic() < until
            assert driver.poll() is None, driver.communicate()
            time.sleep(0.05)
        kill(node)
        said, log = driver.communicate(timeout=600)
    finally:
        driver.kill()
        driver.communicate()
    result = json.loads(said.splitlines()[-1])
    assert (result["done"], result["failed"]) == (5, 1), log
    assert driver.returncode == 1  # one setting always fails
    assert "2 workers" in log

    rows = read(out)
    assert len({key_of(row) for row in rows}) == len(rows) == 6
    failed = [row for row in rows if row["status"] == "failed"]
    assert ["holdout must be 'test'" in row["reason"] for row in failed] == [True]

    # the same Settings give the same weights here
    for run in Store(tmp_path / "ray" / "checkpoints").list()[0]:
        train(run.setting, Store(tmp_path / "local" / "checkpoints"))
    assert len(_weights(tmp_path / "ray")) == 5
    assert _weights(tmp_path / "ray") == _weights(tmp_path / "local")

    # and nothing is left to do: the results and the Runs that came back are used
    capsys.readouterr()
    assert main(_sweep(study, tmp_path / "ray", cluster.address)) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["trained"] == 0
    assert read(out) == rows

    # more than any node has: a sentence, before anything begins
    assert main(_sweep(study, tmp_path / "none", cluster.address, "--gpus", "4")) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert "no node of the cluster" in last
    assert "4 GPU" in last
    assert not (tmp_path / "none").exists()


def test_a_cluster_that_is_not_there_is_one_sentence_at_once(tmp_path: Path, capsys) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    study = tmp_path / "study.toml"
    study.write_text(STUDY)
    out = tmp_path / "x.csv"
    started = time.monotonic()
    command = ["sweep", str(study), "--out", str(out), "--engine", "ray"]
    assert main([*command, "--address", address]) == 2
    assert time.monotonic() - started < 300
    captured = capsys.readouterr()
    assert f"no Ray cluster answers at {address}" in captured.err
    assert captured.err.count("\n") == 1
    assert not out.exists()
