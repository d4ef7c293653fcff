"""Silhouettes, classes in clusters, how many clusters: what is drawn, by hand."""

from types import SimpleNamespace

import numpy as np

from core.figures.clusters import agreement_by_k, choice_of_k, confusion, silhouette_plot
from core.figures.style import NOISE_COLOUR, class_colour
from tests.figures.reading import sentences

NAMES = tuple("0123456789")


def test_silhouette_plot_by_hand():
    samples = np.array([0.1, 0.5, np.nan, 0.3, -0.2])
    figure = silhouette_plot(samples, np.array([0, 0, 0, 2, -1]), NAMES, 0.175)
    zero, two, noise = figure.data
    np.testing.assert_allclose(zero.x, [0.5, 0.1])
    np.testing.assert_allclose(zero.y, [0, 2])
    np.testing.assert_allclose(two.x, [0.3, 0.3])
    assert (noise.name, noise.fillcolor) == ("noise", NOISE_COLOUR)
    assert figure.layout.yaxis.ticktext == ("0", "2", "noise")
    assert [shape.x0 for shape in figure.layout.shapes] == [0.175]
    assert sentences(figure) == ["mean 0.175"]


def test_silhouette_plot_of_many_is_400_quantiles_as_high_as_the_class():
    samples = np.linspace(-1, 1, 5001)
    (trace,) = silhouette_plot(samples, np.zeros(5001, int), NAMES).data
    assert len(trace.x) == 400
    assert (trace.x[0], trace.x[-1], trace.y[-1]) == (1, -1, 5001)


def test_silhouette_plot_without_any():
    figure = silhouette_plot(np.full(3, np.nan), np.zeros(3, int), NAMES, float("nan"))
    assert sentences(figure) == ["There are no silhouettes to draw."]


def test_confusion_by_hand():
    counts = np.array([[3, 1, 0], [0, 0, 0]])
    (trace,) = confusion(counts, ["0", "2"], ["cluster 1", "7", "7"]).data
    np.testing.assert_allclose(trace.z, [[0.75, 0.25, 0], [0, 0, 0]])
    assert [list(row) for row in trace.text] == counts.tolist()
    figure = confusion(counts, ["0", "2"], ["cluster 1", "7", "7"])
    assert figure.layout.xaxis.ticktext == ("cluster 1", "7", "7")
    assert figure.layout.yaxis.autorange == "reversed"


def test_a_class_has_its_colour():
    labels = np.repeat([4, 8], 5)
    shapes = silhouette_plot(np.linspace(0, 1, 10), labels, NAMES).data
    assert {t.name: t.fillcolor for t in shapes} == {"4": class_colour(4), "8": class_colour(8)}


def test_choice_of_k_marks_the_best_of_each():
    scores = [
        SimpleNamespace(k=k, silhouette=s, bic=b)
        for k, s, b in [(1, None, 9.0), (2, 0.3, 5.0), (3, 0.6, 4.0), (4, 0.5, 1.0)]
    ]
    figure = choice_of_k(scores)
    assert {t.name: t.x[0] for t in figure.data if t.name.startswith("best")} == {
        "best silhouette": 3, "best BIC": 4
    }  # fmt: skip
    alone = choice_of_k(scores[:1])
    assert [t.name for t in alone.data] == ["silhouette", "BIC", "best BIC"]
    assert sentences(choice_of_k([])) == ["No number of clusters has been tried yet."]


def test_agreement_by_k_has_a_curve_its_range_and_marks_what_was_chosen():
    scores = [
        SimpleNamespace(k=k, mean=m, low=m - 0.1, high=m + 0.1)
        for k, m in [(2, 1.0), (3, 1.0), (4, 0.5)]
    ]
    band, curve, chosen = agreement_by_k(scores, 3).data
    assert list(band.x) == [2, 3, 4, 4, 3, 2]
    np.testing.assert_allclose(band.y, [1.1, 1.1, 0.6, 0.4, 0.9, 0.9])
    assert list(zip(curve.x, curve.y, strict=True)) == [(2, 1.0), (3, 1.0), (4, 0.5)]
    assert (chosen.x[0], chosen.y[0], chosen.text[0]) == (3, 1.0, "k = 3")
