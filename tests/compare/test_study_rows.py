"""The rows of one study, along a number or as groups."""

from __future__ import annotations

import pytest

from core.compare.study_rows import along, grouped, places, study_rows
from core.metrics.evaluation import Scoring
from core.setting.setting import Setting, Term
from core.studies import results


def _rows(settings: list[Setting]) -> list[results.Row]:
    made = []
    for number, setting in enumerate(settings):
        for split in ("heldout", "all"):
            row = results.row(setting, "1", split, Scoring(), {})
            row |= {"status": "done", "acc": number / 10, "warnings": ""}
            made.append({name: "" if v is None else str(v) for name, v in row.items()})
    return made


def test_a_number_that_varies_is_an_axis_and_the_rest_are_lines() -> None:
    settings = [
        Setting(latent_dim=d, epochs=e, seed=s) for d in (2, 3) for e in (5, 9) for s in (0, 1)
    ]
    frame = study_rows(_rows(settings))
    assert len(frame) == 8  # of one split
    assert places(frame) == ["latent_dim", "epochs"]
    summary, points = along(frame, "latent_dim", "acc")
    assert len(summary) == 4
    assert summary["n"].tolist() == [2] * 4
    assert points["line"].nunique() == 2
    assert summary["mean"].iloc[0] == pytest.approx(0.05)


def test_words_make_groups() -> None:
    settings = [Setting(regularizer=t) for t in ((), (Term("sine"),))]
    frame = study_rows(_rows(settings))
    assert places(frame) == []
    summary, _ = grouped(frame, "acc")
    assert set(summary["group"]) == {"None", "Sine (the post)"}


def test_a_parameter_of_a_term_is_an_axis() -> None:
    settings = [Setting(regularizer=(Term("sine", (("weight", w),)),)) for w in (0.1, 1.0)]
    assert places(study_rows(_rows(settings))) == ["sine.weight"]


def test_nothing_yet() -> None:
    assert not len(study_rows([]))
