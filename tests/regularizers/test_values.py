"""Every term: a value worked out by hand, an invariance, finite gradients."""

from __future__ import annotations

import math
import warnings

import pytest
import torch
from torch import Tensor, nn

from core.config import REGULARIZERS
from core.regularizers import CLASSES, MENU, LatentBatch, Overview, Shape, View, priors
from core.regularizers import graph as graph_module
from core.regularizers.centroids import (
    k_means,
    nearest_gap,
    side_by_side,
    soft_assignment,
    student_t,
)
from core.regularizers.consistency import relative_distance
from core.regularizers.contractive import squared_jacobian
from core.regularizers.contrastive import info_nce
from core.regularizers.dec import divergence, target
from core.regularizers.denoising import mask_pixels
from core.regularizers.drift import radial_drift
from core.regularizers.graph import memberships, neighbour_graph
from core.regularizers.kmeans import soft_k_means
from core.regularizers.l1 import l1_norm
from core.regularizers.mutual_information import information
from core.regularizers.parametric_umap import attraction, curve, repulsion
from core.regularizers.rae import half_squared_norm
from core.regularizers.repulsion import push
from core.regularizers.scan import agreement_loss, find_clusters, spread
from core.regularizers.self_labelling import SelfLabelling
from core.regularizers.sine import sine_product
from core.regularizers.sliced_wasserstein import sliced_distance
from core.regularizers.soft_silhouette import soft_silhouette
from core.regularizers.strokes import HEIGHT, WIDTH, edges, strokes, upright
from core.regularizers.vade import log_densities, mixture_kl
from core.regularizers.vae import gaussian_kl
from core.regularizers.vq import nearest
from core.regularizers.wae_mmd import SCALES, mmd


def _rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_values_by_hand() -> None:
    z = torch.tensor([[0.25, 0.25], [0.75, 0.25]])  # sines 1, 1 and -1, 1 at wavelength 1
    assert sine_product(z, 1.0, 0.0).item() == pytest.approx(0.0, abs=1e-6)
    assert sine_product(z[:1], 1.0, 1.0).item() == pytest.approx(64.0, rel=1e-5)
    assert radial_drift(torch.tensor([[3.0, 4.0]])).item() == pytest.approx(25**-0.2)
    assert l1_norm(torch.tensor([[1.0, -2.0], [0.0, 3.0]])).item() == 3.0
    assert gaussian_kl(torch.zeros(4, 2), torch.zeros(4, 2)).item() == 0.0
    assert gaussian_kl(torch.ones(1, 2), torch.zeros(1, 2)).item() == 1.0


def test_values_by_hand_of_clouds_and_twins() -> None:
    z = torch.tensor([[0.0], [2.0]])
    assert half_squared_norm(z).item() == 1.0  # (0 + 4) / 2 / 2
    assert relative_distance(z, z.flip(0)).item() == pytest.approx(4.0)  # scale 1, distance 2
    assert sliced_distance(z, z + 3, torch.ones(1, 1)).item() == 9.0
    # unit vectors that only know themselves: -log(e^10 / (e^10 + e^0))
    assert info_nce(torch.eye(2), torch.eye(2), 0.1).item() == pytest.approx(
        math.log1p(math.exp(-10)), rel=1e-3
    )
    # the kernel of a point with itself is 7; at squared distance 4 with d = 1: sum of 2s / (2s + 4)
    far = sum(2 * s / (2 * s + 4) for s in SCALES)
    assert mmd(z, z).item() == pytest.approx(2 * far - (7 + far), rel=1e-5)


def test_values_by_hand_of_clusters() -> None:
    z, centres = torch.tensor([[0.0], [1.0]]), torch.tensor([[0.0], [2.0]])
    q = student_t(z, centres)  # 1 and 1/5 of 6/5; 1/2 and 1/2 of 1
    torch.testing.assert_close(q, torch.tensor([[5 / 6, 1 / 6], [0.5, 0.5]]))
    p = target(q, torch.tensor([2 / 3, 1 / 3]))  # 25/36 : 1/36 over the frequencies is 25/24 : 2/24
    torch.testing.assert_close(p, torch.tensor([[25 / 27, 2 / 27], [1 / 3, 2 / 3]]))
    assert divergence(torch.tensor([[1.0, 0.0]]), torch.tensor([[0.5, 0.5]])).item() == (
        pytest.approx(math.log(2))
    )
    assert soft_k_means(z, centres, 1000.0).item() == pytest.approx(0.5)  # 0 and 1
    assert nearest_gap(centres).item() == 2.0
    share = soft_assignment(z, centres, 0.5).exp()  # -0/2, -4/2 and equal
    torch.testing.assert_close(share[0, 1] / share[0, 0], torch.tensor(math.exp(-2)))
    assert push(centres, 3.0).item() == 1.0
    torch.testing.assert_close(nearest(z + 0.2, centres), torch.tensor([[0.0], [2.0]]))
    certain = torch.tensor([[1.0, 0.0], [0.0, 1.0]]).clamp_min(1e-12).log()
    assert information(certain, 4.0).item() == pytest.approx(4 * math.log(2))


def test_values_by_hand_of_a_mixture_prior() -> None:
    zero = torch.zeros(1, 1)
    args = (zero, zero, torch.tensor([[2.0]]), zero, torch.zeros(1), torch.ones(1, 1))
    # one standard component two away: KL( N(0, 1) || N(2, 1) ) = 2
    assert mixture_kl(*args).item() == pytest.approx(2.0)
    two = log_densities(zero, torch.tensor([[0.0], [2.0]]), torch.zeros(2, 1), torch.zeros(2))
    torch.testing.assert_close(two, torch.tensor([[0.0, -2.0]]))


def test_values_by_hand_of_the_soft_silhouette() -> None:
    z = torch.tensor([[0.0], [1.0], [9.0], [10.0]])
    share = torch.eye(2).repeat_interleave(2, 0).log()
    # (9.5 - 1) / 9.5, (8.5 - 1) / 8.5 and the same from the other side
    by_hand = (8.5 / 9.5 + 7.5 / 8.5) / 2
    assert soft_silhouette(z, share).item() == pytest.approx(by_hand, rel=1e-4)
    assert soft_silhouette(z * 70, share).item() == pytest.approx(by_hand, rel=1e-4)
    swapped = torch.eye(2).repeat(2, 1).log()
    assert soft_silhouette(z, swapped).item() < 0
    # a third cluster with hardly a share lies where its nearest point does, at 10: for the point at 9 it
    # is as near as its own cluster, for that at 10 it has no other points
    third = torch.tensor([[-300.0], [-300.0], [-300.0], [-200.0]])
    three = soft_silhouette(z, torch.cat([share, third], dim=1)).item()
    assert three == pytest.approx((8.5 / 9.5 + 7.5 / 8.5 + 0 + 8.5 / 9.5) / 4, rel=1e-4)
    # the point at 50 is a cluster by itself: 0
    z, share = torch.tensor([[0.0], [1.0], [50.0]]), torch.eye(2)[[0, 0, 1]].log()
    assert soft_silhouette(z, share).item() == pytest.approx((49 / 50 + 48 / 49 + 0) / 3, rel=1e-4)


def test_values_by_hand_of_parametric_umap() -> None:
    a, b = curve(0.1)  # umap-learn's own for min_dist 0.1
    assert (a, b) == (pytest.approx(1.577, abs=0.002), pytest.approx(0.895, abs=0.002))
    x = torch.tensor([[0.0], [1.0]])
    assert attraction(x, x + 1, 2.0, 1.0).item() == pytest.approx(math.log(3))
    assert repulsion(x, x, 2.0, 1.0).item() == pytest.approx(-math.log(1 - 1 / 3))
    torch.testing.assert_close(attraction(x + 5, x + 6, a, b), attraction(-x, -x - 1, a, b))


def test_the_graph_is_the_exact_one_and_has_umaps_weights() -> None:
    with warnings.catch_warnings():  # that TensorFlow is not there
        warnings.simplefilter("ignore")
        from umap.umap_ import smooth_knn_dist

    points = torch.randn(300, 4, generator=_rng())
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
    drawn = graph.draw(rows, _rng())
    assert (graph.indices == drawn[:, None]).any(dim=1).all()


def test_the_graph_of_many_points_misses_few_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    points = torch.randn(4000, 6, generator=_rng())
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


def test_values_by_hand_of_self_labelling() -> None:
    sure = torch.eye(2)[None]  # one head, two images, one in each cluster
    assert agreement_loss(sure, sure).item() == pytest.approx(-math.log(2))
    assert agreement_loss(sure, sure, 3.0).item() == pytest.approx(-3 * math.log(2))
    unsure = torch.full((1, 2, 2), 0.5)
    assert agreement_loss(unsure, unsure).item() == pytest.approx(math.log(2) - math.log(2))
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
    found = strokes(torch.rand(30, side * side, generator=_rng()))
    assert found.shape[0] == 30
    assert torch.isfinite(found).all()


def test_value_by_hand_of_a_self_labelling_step() -> None:
    params = {k: p.default for k, p in REGULARIZERS["self_labelling"].parameters.items()}
    params |= {
        "clusters": 2,
        "weight": 2.0,
        "pull": 3.0,
        "radius": 0.1,
        "spacing": 4.0,
        "latent_weight": 0.25,
    }
    term = SelfLabelling(params | {"temperature": 0.5}, Shape(1, 2, 4, 1.0), _rng())
    torch.testing.assert_close(term.centroids, torch.tensor([[-2.0], [2.0]]))
    nn.init.zeros_(term.classifier.weight)  # the head is undecided: log 2 each
    latent = torch.tensor([[-2.0], [0.4]])
    term._labels, term._sure = torch.tensor([1, 0, 1]), torch.tensor([0.0, 1.0, 0.0])
    images = torch.zeros(2, 1, 2, 2)
    batch = LatentBatch(
        images, images, torch.zeros(2, 2), latent, nn.Identity(), _rng(), rows=torch.tensor([1, 2])
    )
    # latent 1 is at its centre, the other one 16 / (0.5 * 16) further; latent 2 is at distances 2.4
    # and 1.6, of which 0.1 of the gap is free
    first = math.log1p(math.exp(-2))
    second = math.log1p(math.exp((1.6**2 - 2.4**2) / 8)) + 3 * (0.4 - 0.1) ** 2
    expected = 2.0 * (math.log(2) / 2 + 0.25 * (first + second) / 2)
    assert term(batch).penalty.item() == pytest.approx(expected, rel=1e-5)
    # a twin in the same place changes nothing; one elsewhere counts, unless images alone are placed
    twin = View(batch.features, latent)
    assert term(batch._replace(view=twin)).penalty.item() == pytest.approx(expected, rel=1e-5)
    away = batch._replace(view=View(batch.features, latent + 1))
    assert term(away).penalty.item() != pytest.approx(expected, rel=1e-2)
    term.params["placed"] = "image"
    assert term(away).penalty.item() == pytest.approx(expected, rel=1e-5)
    surer = away._replace(view=View(torch.ones(2, 2), latent))
    nn.init.constant_(term.classifier.weight[0], 1.0)  # the head also hears the twin
    twin_knows = (math.log(2) + math.log1p(math.exp(-2))) / 4
    expected = 2.0 * (twin_knows + 0.25 * (first + second) / 2)
    assert term(surer).penalty.item() == pytest.approx(expected, rel=1e-5)


def test_clusters_are_found_where_neighbours_agree() -> None:
    truth = torch.arange(300) % 3
    features = 4 * torch.eye(3)[truth] + 0.3 * torch.randn(300, 3, generator=_rng())
    graph = neighbour_graph(features * 1000 + 7, 5)  # neither scale nor place matters
    weight, bias = find_clusters(features * 1000 + 7, graph.indices, 3, heads=4, seed=0)
    found = ((features * 1000 + 7) @ weight.T + bias).argmax(1)
    pairs = (found[:, None] == found) == (truth[:, None] == truth)
    assert pairs.float().mean().item() > 0.99


@pytest.mark.parametrize(("balance", "found_all"), [(1.0, False), (5.0, True)])
def test_balance_at_first_keeps_a_head_from_taking_two_classes_for_one(balance, found_all) -> None:
    truth = torch.arange(300) % 10
    features = 4 * torch.eye(10)[truth] + 0.5 * torch.randn(300, 10, generator=_rng())
    graph = neighbour_graph(features, 5)
    weight, bias = find_clusters(features, graph.indices, 10, 1, 0, balance=balance)
    found = (features @ weight.T + bias).argmax(1)
    pairs = (found[:, None] == found) == (truth[:, None] == truth)
    assert pairs.all().item() is found_all


def test_k_means_finds_clumps_and_bears_few_points() -> None:
    clumps = torch.tensor([[0.0, 0.0], [9.0, 0.0]]).repeat(20, 1)
    found = k_means(clumps, 2, seed=0)
    assert sorted(found[:, 0].tolist()) == [0.0, 9.0]
    assert k_means(clumps[:2], 5, seed=0).shape == (5, 2)


@pytest.mark.parametrize("name", [n for n, c in CLASSES.items() if hasattr(c, "start")])
def test_centroids_begin_where_the_latents_are(name: str) -> None:
    params = {k: p.default for k, p in REGULARIZERS[name].parameters.items()} | {"clusters": 2}
    term = CLASSES[name](params, Shape(2, 4, 4, 1.0), _rng())
    clumps = torch.tensor([[50.0, 0.0], [59.0, 0.0]]).repeat(20, 1)
    clumps = clumps + 0.1 * torch.randn(40, 2, generator=_rng())
    term.begin_epoch(Overview(1, 0, lambda: clumps, lambda: clumps, lambda: clumps))
    where = sorted(term.centroids[:, 0].tolist())
    assert where == [pytest.approx(50, abs=0.2), pytest.approx(59, abs=0.2)]
    kept = term.centroids.clone()
    term.begin_epoch(Overview(2, 0, lambda: -clumps, lambda: clumps, lambda: clumps))
    torch.testing.assert_close(term.centroids, kept)  # only once


def test_clouds_have_no_order() -> None:
    z, prior = torch.randn(40, 3, generator=_rng()), torch.randn(40, 3, generator=_rng(1))
    lines = nn.functional.normalize(torch.randn(3, 9, generator=_rng(2)), dim=0)
    for distance in (mmd, lambda a, b: sliced_distance(a, b, lines)):
        torch.testing.assert_close(distance(z, prior), distance(z.flip(0), prior))
    both = info_nce(nn.functional.normalize(z), nn.functional.normalize(prior), 0.2)
    flipped = info_nce(
        nn.functional.normalize(z).flip(0), nn.functional.normalize(prior).flip(0), 0.2
    )
    torch.testing.assert_close(both, flipped)
    assert half_squared_norm(
        z @ torch.linalg.qr(torch.rand(3, 3, generator=_rng(3)))[0]
    ).item() == (pytest.approx(half_squared_norm(z).item(), rel=1e-5))
    torch.testing.assert_close(relative_distance(z, prior), relative_distance(z * 50, prior * 50))


@pytest.mark.parametrize("kind", ["gaussian", "ring", "mixture"])
@pytest.mark.parametrize("dims", [1, 2, 3, 10])
def test_priors_have_about_unit_scale(kind: str, dims: int) -> None:
    points = priors.sample(kind, 4000, dims, 10, _rng())
    assert points.shape == (4000, dims)
    assert 0.7 < points.square().mean().sqrt().item() < 1.3


@pytest.mark.parametrize("dims", [2, 5], ids=["exact", "estimated"])
def test_the_jacobian_of_a_linear_encoder_is_its_matrix(dims: int) -> None:
    matrix = torch.randn(dims, 6, generator=_rng())
    x = torch.randn(4000, 6, generator=_rng(1)).requires_grad_()
    norm = squared_jacobian(x, x @ matrix.T, _rng(2))
    assert norm.item() == pytest.approx(matrix.square().sum().item(), rel=0.05)


def test_masking_hides_the_share_it_says() -> None:
    masked = mask_pixels(torch.ones(100, 1, 10, 10), 0.25, _rng())
    assert masked.mean().item() == pytest.approx(0.75, abs=0.02)


def _batch(latent: Tensor, encode: nn.Module, images: Tensor) -> LatentBatch:
    mix = torch.randn(3, 4, generator=_rng(5))
    features = latent @ mix
    noisy = images + 0.1 * torch.randn(images.shape, generator=_rng(4))
    twin = encode(noisy) if images.dim() == 4 else latent
    view = View(twin @ mix, twin)
    return LatentBatch(images, images, features, latent, encode, _rng(3), view)


@pytest.mark.parametrize("name", ["sine", "drift"])
def test_relative_terms_do_not_change_with_scale(name: str) -> None:
    term = CLASSES[name](
        {k: p.default for k, p in REGULARIZERS[name].parameters.items()},
        Shape(3, 4, 4, 1.0),
        _rng(),
    )
    z = torch.randn(50, 3, generator=_rng())
    encode = nn.Linear(4, 3)
    small = term(_batch(z, encode, z)).penalty
    large = term(_batch(z * 100, encode, z)).penalty
    torch.testing.assert_close(small, large)


def test_dec_comes_nearer_to_its_target() -> None:
    # its value is no measure of that: the target sharpens with every step
    params = {k: p.default for k, p in REGULARIZERS["dec"].parameters.items()}
    term = CLASSES["dec"](params, Shape(3, 4, 4, 1.0), _rng())
    z = torch.randn(32, 3, generator=_rng()).requires_grad_()
    q = student_t(z, term.centroids)
    wanted = target(q, term.frequency).detach()
    effect = term(_batch(z, nn.Linear(4, 3), z))
    assert effect.penalty.item() == pytest.approx(divergence(wanted, q).item())
    assert effect.decoded is not None
    assert not effect.decoded.requires_grad  # nothing but the clusters trains the encoder
    effect.penalty.backward()
    with torch.no_grad():
        moved = student_t(z - 0.1 * z.grad, term.centroids)
    assert divergence(wanted, moved).item() < effect.penalty.item()


@pytest.mark.parametrize("name", ["dec", "idec"])
def test_the_target_of_dec_stands_still_for_an_epoch(name: str) -> None:
    params = {k: p.default for k, p in REGULARIZERS[name].parameters.items()}
    term = CLASSES[name](params, Shape(3, 4, 4, 1.0), _rng())
    z = torch.randn(64, 3, generator=_rng())
    nothing = torch.zeros(64, 1)
    term.begin_epoch(Overview(1, 0, lambda: z, lambda: nothing, lambda: nothing))
    q = student_t(z, term.centroids)
    wanted = target(q, q.mean(dim=0)).detach()
    rows = torch.tensor([5, 40, 7])
    moved = z[rows] + 1
    batch = _batch(moved, nn.Linear(4, 3), moved)._replace(rows=rows)
    expected = params["weight"] * divergence(wanted[rows], student_t(moved, term.centroids))
    assert term(batch).penalty.item() == pytest.approx(expected.item())


@pytest.mark.parametrize("name", [n for n in CLASSES if n not in ("dec", "idec")])
def test_gradients_are_finite_and_ten_steps_lower_the_penalty(name: str) -> None:
    term = CLASSES[name](
        {k: p.default for k, p in REGULARIZERS[name].parameters.items()},
        Shape(3, 4, 4, 1.0),
        _rng(),
    )
    images = torch.rand(32, 1, 2, 2, generator=_rng())
    with torch.random.fork_rng():
        torch.manual_seed(0)
        encode = nn.Sequential(nn.Flatten(), nn.Linear(4, 3))
    optimizer = torch.optim.Adam([*encode.parameters(), *term.parameters()], lr=0.02)
    values = []
    for _ in range(10):
        effect = term(_batch(encode(images), encode, images))
        if effect.penalty is None:
            assert name in ("denoising", "latent_noise")
            return
        optimizer.zero_grad()
        effect.penalty.backward()
        assert all(torch.isfinite(p.grad).all() for p in encode.parameters() if p.grad is not None)
        optimizer.step()
        values.append(effect.penalty.item())
    assert values[-1] < values[0]


def test_menu_and_registry_agree() -> None:
    assert set(REGULARIZERS) == {"none", *(c.info.name for c in MENU)}
