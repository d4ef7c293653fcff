"""Loss curves: every term, at its scale."""

import numpy as np

from core.figures.training import loss_curves
from tests.figures.reading import sentences


def record(epoch: int, **terms: float) -> dict:
    train = {"reconstruction": 1 / epoch, **terms}
    return {
        "epoch": epoch,
        "train": train,
        "heldout": {"reconstruction": 1.1 / epoch},
        "seconds": 1.0,
    }


def test_loss_curves_show_every_term():
    figure = loss_curves([record(e, sine=-0.5, kl=2.0) for e in (1, 2, 4)])
    assert [t.name for t in figure.data] == [
        "reconstruction, training", "reconstruction, held out", "sine", "kl"
    ]  # fmt: skip
    np.testing.assert_allclose(figure.data[0].y, [1, 0.5, 0.25])
    assert [t.line.dash for t in figure.data[:2]] == [None, "dash"]
    assert {t.mode for t in figure.data} == {"lines"}
    assert (figure.layout.yaxis.type, figure.layout.yaxis2.type) == ("log", "linear")


def test_loss_curves_of_one_epoch_and_of_none():
    figure = loss_curves([record(1)])
    assert [t.mode for t in figure.data] == ["markers", "markers"]
    assert "yaxis2" not in figure.layout
    assert sentences(loss_curves([])) == ["No epoch has finished yet."]
