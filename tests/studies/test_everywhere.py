"""The recipe on few and on other images: the study is the recipe, the benchmark runs."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import everywhere
from benchmarks.letters import letters
from core.regularizers.support import scan
from core.setting.paths import ROOT
from core.setting.setting import Setting
from core.setting.tight import tight
from core.studies.study_file import parse_study

TRAINED_ON = {"digits": 1_437, "mnist5k": 5_000, "small16": 4_000, "letters": 2_080}


def test_the_study_is_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "everywhere").mkdir()
    for name in everywhere.OWN:
        (tmp_path / "everywhere" / f"{name}.npz").touch()
    text = (ROOT / "studies" / "everywhere.toml").read_text()
    study = parse_study(text, tmp_path / "everywhere.toml", add=lambda path: "npz-0123456789ab")
    assert {grid.name for grid in study.grids} == set(TRAINED_ON)
    for grid in study.grids:
        assert [setting.seed for setting in grid.settings] == [0, 1, 2, 3, 4]
        for setting in grid.settings:
            plain = Setting(
                dataset=setting.dataset, digits=setting.digits, image_size=setting.image_size,
                seed=setting.seed,
            )  # fmt: skip
            assert setting == tight(plain, TRAINED_ON[grid.name])


def test_it_measures_what_is_not_measured_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(scan, "HEAD_STEPS", 20)
    out = tmp_path / "out.csv"
    command = ["everywhere", "--quick", "--data", "digits", "--seeds", "3", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", command)
    everywhere.main()
    (row,) = everywhere.read(out)
    assert (row["data"], row["seed"]) == ("digits", "3")
    assert 0.1 < float(row["acc"]) <= 1
    assert float(row["best"]) >= float(row["seen"])
    monkeypatch.setattr(everywhere, "measure", None)  # nothing is left to measure
    everywhere.main()
    assert f"acc_worst {float(row['acc'])}" in capsys.readouterr().out.splitlines()[-1]


def test_own_images_are_kept_apart_from_a_users() -> None:
    before = everywhere.paths.DATA_DIR
    with everywhere.at_hand("small16", Path()) as plain:
        assert before != everywhere.paths.DATA_DIR
        data = everywhere.splits.load(plain)
        assert plain.image_size == 16
        assert abs(len(data.train) - 4_000) < 10
        corners = data.train.images(plain)[:, 0, 0, 0]
        assert corners.mean() < 0.05  # light ink on dark again
    assert before == everywhere.paths.DATA_DIR


def test_letters_of_fonts_fill_their_images_and_no_font_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="none was found"):
        letters(tmp_path)
    if not [*Path("/usr/share/fonts").rglob("*.ttf")]:
        pytest.skip("no fonts here")
    images, labels = letters(most=2)
    assert images.shape == (52, 28, 28)
    assert "".join(labels[:26]) == "abcdefghijklmnopqrstuvwxyz"
    ink = images[:26].max(axis=0) > 0
    assert np.flatnonzero(ink.any(axis=0))[[0, -1]].tolist() == [4, 23]
