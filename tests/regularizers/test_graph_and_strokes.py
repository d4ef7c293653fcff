"""What terms plan with: neighbour graphs, strokes, clusters that neighbours agree on."""

from __future__ import annotations

import math
import warnings

import pytest
import torch
import torch.nn.functional as F

from core.regularizers.support import graph as graph_module
from core.regularizers.support.centroids import side_by_side
from core.regularizers.support.graph import blurred, memberships, neighbour_graph
from core.regularizers.support.scan import HeadSearch, agreement_loss, find_heads, spread
from core.regularizers.support.strokes import HEIGHT, WIDTH, edges, strokes, upright
from tests.regularizers.toy import rng


def test_the_graph_is_the_exact_one_and_has_umaps_weights() -> None:
    with warnings.catch_warnings():  # that TensorFlow is not there
        warnings.simplefilter("ignore")
        from umap.umap_ import smooth_knn_dist

    points = torch.randn(300, 4, generator=rng())
    graph = neighbour_graph(points, 6)
    distances = torch.cdist(points, points).fill_diagonal_(math.inf)
    near = distances.topk(6, largest=False)
    assert (graph.indices == near.indices).float().mean() > 0.999
    with_self = torch.cat([torch.zeros(300, 1), near.values], 1)  # umap-learn counts a point itself
    sigmas, rhos = map(torch.from_numpy, smooth_knn_dist(with_self.numpy(), 6))
    theirs = torch.exp(-(near.values - rhos[:, None]) / sigmas[:, None])
    torch.testing.assert_close(graph.weights, theirs.float(), atol=2e-3, rtol=1e-2)
    torch.testing.assert_close(memberships(near.values * 9), graph.weights, atol=1e-4, rtol=1e-3)
    rows = torch.arange(300)
    drawn = graph.draw(rows, rng())
    assert (graph.indices == drawn[:, None]).any(dim=1).all()


def test_the_graph_of_many_points_misses_few_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    points = torch.randn(4000, 6, generator=rng())
    exact = neighbour_graph(points, 10)
    monkeypatch.setattr(graph_module, "EXACT", 1000)
    monkeypatch.setattr(graph_module, "CELL", 50)
    monkeypatch.setattr(graph_module, "PROBES", 24)
    found = neighbour_graph(points, 10)
    assert (found.indices != torch.arange(4000)[:, None]).all()
    shared = (found.indices[:, :, None] == exact.indices[:, None]).any(dim=2).float().mean()
    assert 0.94 < shared < 1  # 24 of 80 cells hold nearly all
    torch.testing.assert_close(neighbour_graph(points, 10).indices, found.indices)
    monkeypatch.setattr(graph_module, "PROBES", 1)  # cells with fewer points than neighbours
    assert neighbour_graph(points, 200).indices.shape == (4000, 200)


def test_values_by_hand_of_agreement_and_spread() -> None:
    confident = torch.eye(2)[None]  # one head, two images, one in each cluster
    assert agreement_loss(confident, confident).item() == pytest.approx(-math.log(2))
    assert agreement_loss(confident, confident, 3.0).item() == pytest.approx(-3 * math.log(2))
    undecided = torch.full((1, 2, 2), 0.5)
    assert agreement_loss(undecided, undecided).item() == pytest.approx(math.log(2) - math.log(2))
    share = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    near = torch.tensor([[1, 2], [2, 2], [1, 1]])
    torch.testing.assert_close(spread(share, near, 1)[0], torch.tensor([0.5, 0.5]))
    torch.testing.assert_close(spread(share, near, 2)[0], torch.tensor([0.25, 0.75]))
    torch.testing.assert_close(spread(share, near)[1:], share[1:])


def test_clusters_that_go_together_lie_side_by_side() -> None:
    line = torch.tensor([[0.0], [1.0], [2.0], [3.0]])
    together = torch.zeros(4, 4)
    together[0, 2] = together[2, 1] = together[3, 1] = 1.0  # a chain 0 - 2 - 1 - 3
    placed = side_by_side(line, together)[:, 0].tolist()
    assert placed in ([0.0, 2.0, 1.0, 3.0], [3.0, 1.0, 2.0, 0.0])
    assert sorted(placed) == [0.0, 1.0, 2.0, 3.0]
    two = line[:2]
    assert side_by_side(two, together[:2, :2]) is two


def _slanted(angle: float, scale: float, right: int) -> torch.Tensor:
    """A cross of strokes, slanted, sized and moved: (1, 1, 28, 28)."""
    at = torch.arange(28) - 13.5
    y, x = at[:, None] / scale, (at - right)[None] / scale
    x = x - angle * y
    ink = ((x.abs() < 1.5) & (y.abs() < 9)) | ((y.abs() < 1.5) & (x.abs() < 6))
    return ink.float()[None, None]


def test_upright_images_have_no_slant_and_one_size() -> None:
    at = (torch.arange(28) + 0.5) / 14 - 1
    for angle, scale, right in ((0.0, 1.0, 0), (0.5, 1.0, 0), (0.0, 0.8, 0), (-0.3, 0.9, 3)):
        ink = upright(_slanted(angle, scale, right))[0, 0]
        y, x = (at[:, None] * ink).sum() / ink.sum(), (at * ink).sum() / ink.sum()
        dy, dx = at[:, None] - y, at - x
        moments = [((ink * d).sum() / ink.sum()).item() for d in (dx * dx, dy * dy, dx * dy)]
        assert [x.item(), y.item()] == pytest.approx([0, 0], abs=0.03)
        assert moments == pytest.approx([WIDTH**2, HEIGHT**2, 0], abs=0.01)
    assert torch.isfinite(upright(torch.zeros(2, 1, 28, 28))).all()


def test_edges_are_told_apart_by_direction_and_not_by_brightness() -> None:
    def facing(images: torch.Tensor) -> torch.Tensor:
        return edges(images).view(8, 7, 7)[:, 2:5, 2:5].sum(dim=(1, 2))  # away from the border

    bright_right = (torch.arange(28) >= 14).float().expand(28, 28)[None, None]
    found = facing(bright_right)  # 0 is to the right, 45 degrees each
    assert found.argmax() == 0
    assert found[2:7].max() < 1e-3  # up, down and left
    torch.testing.assert_close(edges(255 * bright_right), edges(bright_right))
    torch.testing.assert_close(facing(bright_right.mT).roll(-2), found, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(facing(1 - bright_right).roll(4), found, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("side", [8, 14, 16, 28])
def test_strokes_of_any_size(side: int) -> None:
    found = strokes(torch.rand(30, side * side, generator=rng()))
    assert found.shape[0] == 30
    assert torch.isfinite(found).all()


def test_a_small_image_is_described_as_its_enlargement_is() -> None:
    small = torch.rand(80, 1, 8, 8, generator=rng())
    large = F.interpolate(small, size=(28, 28), mode="bilinear", align_corners=False)
    for describe in (strokes, blurred):
        one, other = (describe(images.flatten(1)) for images in (small, large))
        assert torch.allclose(one, other)


def test_clusters_are_found_where_neighbours_agree() -> None:
    truth = torch.arange(300) % 3
    features = 4 * torch.eye(3)[truth] + 0.3 * torch.randn(300, 3, generator=rng())
    graph = neighbour_graph(features * 1000 + 7, 5)  # neither scale nor place matters
    heads = find_heads(features * 1000 + 7, graph.indices, HeadSearch(3, 4, 0, steps=200))
    best = heads.loss.argmin()
    found = ((features * 1000 + 7) @ heads.weight[best].T + heads.bias[best]).argmax(1)
    pairs = (found[:, None] == found) == (truth[:, None] == truth)
    assert pairs.float().mean().item() > 0.99


@pytest.mark.parametrize(("balance", "found_all"), [(1.0, False), (5.0, True)])
def test_balance_at_first_keeps_a_head_from_taking_two_classes_for_one(balance, found_all) -> None:
    truth = torch.arange(300) % 10
    features = 4 * torch.eye(10)[truth] + 0.5 * torch.randn(300, 10, generator=rng())
    graph = neighbour_graph(features, 5)
    # few steps, and large ones
    search = HeadSearch(10, 1, 0, rate=0.01, balance=balance, steps=200)
    heads = find_heads(features, graph.indices, search)
    found = (features @ heads.weight[0].T + heads.bias[0]).argmax(1)
    pairs = (found[:, None] == found) == (truth[:, None] == truth)
    assert pairs.all().item() is found_all
