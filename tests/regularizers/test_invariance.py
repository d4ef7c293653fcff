"""Every term: what may change without its value changing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.latents.umap.curve import curve
from core.regularizers import LatentBatch, Regularizer, View
from core.regularizers.consistency import relative_distance
from core.regularizers.contractive import EXACT_DIMS
from core.regularizers.contrastive import info_nce
from core.regularizers.parametric_umap import repulsion
from core.regularizers.rae import half_squared_norm
from core.regularizers.sliced_wasserstein import sliced_distance
from core.regularizers.wae_mmd import mmd
from tests.regularizers.toy import (
    CENTROIDS,
    SHAPE,
    Encoder,
    batch_of,
    build,
    images,
    normal,
    of_latents,
    penalty,
    rng,
    rotation,
)

SHIFT = torch.tensor([3.0, -2.0, 0.5])
BY_DISTANCE = [name for name in CENTROIDS if name != "vade"]  # its variances are along the axes


def _with_clusters(name: str, clusters: int = 4) -> Regularizer:
    """A term in the middle of its work: nothing about its clusters is alike."""
    term = build(name, clusters=clusters)
    with torch.no_grad():
        for seed, own in enumerate(term.parameters()):
            own.copy_(normal(*own.shape, seed=20 + seed))
        if hasattr(term, "frequency"):
            term.frequency.copy_(normal(clusters, seed=30).softmax(dim=0))
        if name == "vade":  # hardly any noise: it would not turn with the axes
            term.posterior.weight.zero_()
            term.posterior.bias.fill_(-20.0)
    return term.eval()


def _twins(latent: Tensor) -> LatentBatch:
    """Latents beside augmented views that are near."""
    other = latent + 0.3 * normal(*latent.shape, seed=8)
    return of_latents(latent, view=View(torch.zeros(len(latent), 4), other))


def _moved(batch: LatentBatch, move: Callable[[Tensor], Tensor]) -> LatentBatch:
    assert batch.view is not None
    return batch._replace(
        latent=move(batch.latent),
        view=batch.view._replace(latent=move(batch.view.latent)),
        generator=rng(3),
    )


def _turned(points: Tensor) -> Tensor:
    return points @ rotation() + SHIFT


# ------------------------------------------------------------------------- signs, axes, order
def test_l1_knows_neither_signs_nor_the_order_of_axes() -> None:
    z, term = normal(20, 3), build("l1")
    expected = penalty(term, of_latents(z))
    for same in (z * torch.tensor([1.0, -1.0, -1.0]), z[:, [2, 0, 1]], z.flip(0)):
        torch.testing.assert_close(penalty(term, of_latents(same)), expected)
    assert penalty(term, of_latents(z @ rotation())).item() != pytest.approx(expected.item())


def test_the_vae_knows_neither_signs_nor_the_order_of_axes() -> None:
    batch, term, order = batch_of(Encoder(), images(20)), build("vae"), [2, 0, 1]
    nn.init.normal_(term.log_variance.weight, generator=rng(4))  # each axis its own variances
    expected = penalty(term, batch)
    flipped = batch._replace(latent=batch.latent * torch.tensor([1.0, -1.0, -1.0]))
    torch.testing.assert_close(penalty(term, flipped), expected)
    swapped = batch._replace(latent=batch.latent[:, order])
    term.log_variance.weight.data = term.log_variance.weight.data[order]
    term.log_variance.bias.data = term.log_variance.bias.data[order]
    torch.testing.assert_close(penalty(term, swapped), expected)


def test_clouds_have_no_order() -> None:
    z, prior = normal(40, 3), normal(40, 3, seed=1)
    lines = F.normalize(torch.randn(3, 9, generator=rng(2)), dim=0)
    for distance in (mmd, lambda a, b: sliced_distance(a, b, lines)):
        torch.testing.assert_close(distance(z, prior), distance(z.flip(0), prior))
    both = info_nce(F.normalize(z), F.normalize(prior), 0.2)
    flipped = info_nce(F.normalize(z).flip(0), F.normalize(prior).flip(0), 0.2)
    torch.testing.assert_close(both, flipped)
    torch.testing.assert_close(half_squared_norm(z @ rotation()), half_squared_norm(z))
    torch.testing.assert_close(relative_distance(z, prior), relative_distance(z * 50, prior * 50))


# ------------------------------------------------------------------------- rotation and shift
def test_a_contractive_encoder_may_be_turned_and_moved() -> None:
    assert SHAPE.latent_dim <= EXACT_DIMS  # beyond, it is estimated along other directions
    encoder, pictures, term = Encoder(), images(20), build("contractive")
    batch = batch_of(encoder, pictures)
    expected = penalty(term, batch)
    turned = batch._replace(encode=lambda x: _turned(encoder(x)))
    torch.testing.assert_close(penalty(term, turned), expected)
    larger = batch._replace(encode=lambda x: 2 * encoder(x))
    torch.testing.assert_close(penalty(term, larger), 4 * expected)


@pytest.mark.parametrize("name", BY_DISTANCE)
def test_clusters_may_be_turned_and_moved_with_their_latents(name: str) -> None:
    term, batch = _with_clusters(name), _twins(normal(40, 3))
    expected = penalty(term, batch)
    turned = _moved(batch, _turned)
    assert penalty(term, turned).item() != pytest.approx(expected.item(), rel=1e-3)
    term.centroids.data = _turned(term.centroids.data)
    torch.testing.assert_close(penalty(term, turned._replace(generator=rng(3))), expected,
                               rtol=1e-4, atol=1e-6)  # fmt: skip


def test_the_mixture_of_vade_may_be_moved_and_its_axes_swapped() -> None:
    term, batch, order = _with_clusters("vade"), _twins(normal(40, 3)), [2, 0, 1]

    def swapped(points: Tensor) -> Tensor:
        return (points + SHIFT)[:, order]

    expected, moved = penalty(term, batch), _moved(batch, swapped)
    term.centroids.data = swapped(term.centroids.data)
    assert penalty(term, moved).item() != pytest.approx(expected.item(), rel=1e-2)
    term.log_variance.data = term.log_variance.data[:, order]
    moved = moved._replace(generator=rng(3))
    torch.testing.assert_close(penalty(term, moved), expected, rtol=1e-3, atol=0)


def test_umap_sees_distances_alone() -> None:
    a, b = curve(0.1)
    x, y = normal(20, 3), normal(20, 3, seed=1)
    expected = repulsion(x, y, a, b)
    torch.testing.assert_close(repulsion(_turned(x), _turned(y), a, b), expected)
    assert repulsion(2 * x, 2 * y, a, b).item() < expected.item()


# --------------------------------------------------------------------------------------- scale
@pytest.mark.parametrize("name", ["repulsion", "mutual_information"])
def test_clusters_may_grow_with_their_latents(name: str) -> None:
    term, batch = _with_clusters(name), _twins(normal(40, 3))
    expected = penalty(term, batch)
    term.centroids.data *= 100
    torch.testing.assert_close(penalty(term, _moved(batch, lambda z: 100 * z)), expected)


@pytest.mark.parametrize("name", ["sine", "drift", "consistency"])
def test_relative_terms_do_not_change_with_scale(name: str) -> None:
    term, batch = build(name), _twins(normal(40, 3))
    torch.testing.assert_close(penalty(term, _moved(batch, lambda z: 100 * z)),
                               penalty(term, batch))  # fmt: skip


@pytest.mark.parametrize("name", ["sine", "drift"])
def test_absolute_terms_do_change_with_scale(name: str) -> None:
    term, batch = build(name, scale="absolute"), of_latents(normal(40, 3))
    grown = penalty(term, of_latents(normal(40, 3) * 100)).item()
    assert grown != pytest.approx(penalty(term, batch).item(), rel=0.1)


def test_the_drift_pushes_every_latent_straight_away_from_the_origin() -> None:
    for at in (0.0, 2.0):  # wherever the middle of the latents is: they are never drawn together
        z = (normal(40, 3) + at).requires_grad_()
        penalty(build("drift", weight=1.0), of_latents(z)).backward()
        outward = F.cosine_similarity(z, -z.grad)
        torch.testing.assert_close(outward, torch.ones(40))


# ---------------------------------------------------------------------------- order of clusters
def _permuted(term: Regularizer, order: list[int]) -> None:
    """Number the clusters in another order: everything with one row or column for each."""
    k = len(order)
    for own in [*term.parameters(), *term.buffers()]:
        if len(own) == k:
            own.data = own.data[order]


@pytest.mark.parametrize("name", CENTROIDS)
def test_clusters_have_no_order(name: str) -> None:
    # five clusters: nothing else of these terms has as many rows
    order = [3, 0, 4, 2, 1]
    term, batch = _with_clusters(name, clusters=5), _twins(normal(40, 3))
    expected = penalty(term, batch)
    before = term.centroids.detach().clone()
    _permuted(term, order)
    torch.testing.assert_close(term.centroids.detach(), before[order])
    torch.testing.assert_close(penalty(term, batch._replace(generator=rng(3))), expected)


@pytest.mark.parametrize("rows", [None, torch.arange(20)], ids=["held out", "labels found"])
def test_found_labels_have_no_order(rows: Tensor | None) -> None:
    order = torch.tensor([3, 0, 4, 2, 1])
    term, batch = build("self_labelling", clusters=5), batch_of(Encoder(), images(20), rows=rows)
    batch = batch._replace(latent=10 * batch.latent)
    term._labels, term._confident = torch.arange(20) % 5, (torch.arange(20) % 3 > 0).float()
    expected = penalty(term, batch)
    term.centroids.data = term.centroids.data[order]
    assert penalty(term, batch).item() != pytest.approx(expected.item(), rel=1e-3)
    _permuted(term.classifier, order.tolist())
    term._labels = order.argsort()[term._labels]
    torch.testing.assert_close(penalty(term, batch), expected)
