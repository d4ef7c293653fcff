"""Which start is taken, without labels."""

from __future__ import annotations

import pytest
import torch

from core.regularizers.support import scan
from core.regularizers.support import starts as module
from core.regularizers.support.starts import judged
from tests.regularizers.toy import Encoder, build, images, overview

TRUTH = torch.arange(120) % 4
RENAMED = (TRUTH + 1) % 4
MERGED = TRUTH.clamp(max=2)  # two classes in one cluster
MIXED = torch.arange(120) // 30  # has nothing to do with the others


@pytest.mark.parametrize(
    ("by", "chosen"),
    [
        pytest.param("loss", 3, id="loss: the lowest, whatever the others say"),
        pytest.param("agreement", 0, id="agreement: the one that the others agree with"),
    ],
)
def test_the_start_that_is_taken(by: str, chosen: int) -> None:
    clusters = torch.stack([TRUTH, RENAMED, MERGED, MIXED])
    starts = judged(clusters, torch.tensor([0.3, 0.3, 0.2, 0.1]), 4, by)
    assert starts.chosen == chosen
    assert starts.agreement.argmin() == 3
    assert starts.smallest.tolist() == [1.0, 1.0, 0.0, 1.0]


def test_agreement_does_not_ask_what_clusters_are_called() -> None:
    starts = judged(torch.stack([TRUTH, RENAMED]), torch.zeros(2), 4, "agreement")
    assert starts.agreement.tolist() == [1.0, 1.0]


def test_a_start_with_one_cluster_agrees_with_nobody() -> None:
    starts = judged(torch.stack([TRUTH * 0, TRUTH, RENAMED]), torch.zeros(3), 4, "agreement")
    assert starts.agreement.tolist() == [0.0, 0.5, 0.5]
    assert starts.notes()["smallest_cluster"] == 1.0


def test_a_single_start_is_taken_as_it_is() -> None:
    alone = judged(TRUTH[None], torch.zeros(1), 4, "agreement")
    assert alone.chosen == 0
    assert not alone.doubtful


@pytest.mark.parametrize(
    ("agreed", "restarts", "starts"),
    [
        pytest.param(0.9, 2, 3, id="starts that agree: no more are made"),
        pytest.param(0.5, 2, 9, id="starts that do not: as many again, so often"),
        pytest.param(0.5, 0, 3, id="no restarts: never"),
    ],
)
def test_more_starts_are_made_where_they_disagree(
    agreed: float, restarts: int, starts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "HEAD_STEPS", 5)
    monkeypatch.setattr(module, "_agreement", lambda clusters: torch.full((len(clusters),), agreed))
    term = build("self_labelling", clusters=4, heads=3, restarts=restarts)
    term.begin_epoch(overview(Encoder(), images(32)))
    assert term.notes["starts"] == starts
    chosen = term.starts.chosen
    assert term.starts.loss[chosen] == term.starts.loss.min()
