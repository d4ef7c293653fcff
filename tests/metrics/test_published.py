"""What is cited is marked so, says where it is from, and stays in the range of its score."""

from __future__ import annotations

import dataclasses

import pytest

from core.metrics.catalogue import METRICS
from core.metrics.published import PUBLISHED, Published, published_scores
from core.setting.setting import Setting

SCORES = [field.name for field in dataclasses.fields(Published) if field.name in METRICS]


@pytest.mark.parametrize("reference", PUBLISHED, ids=lambda r: r.label)
def test_each_has_a_source_and_a_score_in_range(reference: Published) -> None:
    assert reference.label
    assert reference.source
    values = {name: getattr(reference, name) for name in SCORES}
    known = {name: value for name, value in values.items() if value is not None}
    assert known
    assert reference.link.startswith("https://") or "run once" in reference.source
    for name, value in known.items():
        low, high = METRICS[name].bounds
        assert low <= value <= high
    text = {"digits": reference.digits, "latent_dim": str(reference.latent_dim or 3)}
    assert (
        Setting.from_text(text).to_text()["digits"] == reference.digits
    )  # can be compared with ours


def test_labels_are_unique() -> None:
    labels = [reference.label for reference in PUBLISHED]
    assert len(set(labels)) == len(labels)


def test_the_table_stands_beside_results_and_says_that_it_is_cited() -> None:
    table = published_scores()
    assert len(table) == len(PUBLISHED)
    assert table["cited"].all()
    assert {"label", "source", "digits", "latent_dim", "n_seeds", "spread", "note"} <= set(table)
    assert str(table["latent_dim"].dtype) == "Int64"
    assert all(table[name].dtype == "float64" for name in SCORES)


def test_both_sides_of_what_did_not_replicate_are_there() -> None:
    table = published_scores().set_index("label")
    assert table.loc["VaDE", "acc"] == 0.945
    again = table.loc["VaDE, run again"]
    assert (again["acc"], again["spread"], again["published"]) == (0.72, 0.04, False)
    for method, again in {"DEC": (0.70, 0.912, 0.916), "IDEC": (0.69, 0.932)}.items():
        runs = table[table.index.str.startswith(f"{method}, ")]
        assert tuple(sorted(runs["acc"])) == again
        assert not runs["published"].any()
    post = table[table["digits"] == "0,2,4,6,8"]
    assert post["silhouette_labels"].tolist() == [0.383, 0.268, 0.321, 0.207, 0.168]


def test_the_best_that_was_found_is_there() -> None:
    """What the README says of the field would be wrong without these."""
    best = published_scores()[["label", "acc"]].dropna().set_index("label")["acc"]
    assert best[best >= 0.987].to_dict() == {
        "DynAE": 0.987, "SCAE": 0.987, "IIC, best head": 0.992, "SPC": 0.992, "DiEC": 0.995,
    }  # fmt: skip
