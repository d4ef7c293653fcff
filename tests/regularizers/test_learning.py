"""Every term while it trains: finite gradients, a penalty that falls, plans that are kept."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.regularizers import CLASSES, LatentBatch, Overview, Regularizer, Shape
from core.regularizers.idec import divergence, target
from core.regularizers.support import scan
from core.regularizers.support.centroids import k_means, student_t
from core.setting.setting import REGULARIZERS
from tests.regularizers.toy import (
    CENTROIDS,
    SHAPE,
    WITH_PENALTY,
    Encoder,
    batch_of,
    build,
    images,
    normal,
    of_latents,
    overview,
    penalty,
    rng,
)

# what of the encoder a term does not reach: the layer that makes latents of features; where latents are
BEYOND = {"contrastive": ("head.weight", "head.bias"), "contractive": ("head.bias",)}
CLUSTERS = 4  # of 32 images
STEPS = 10


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "HEAD_STEPS", 20)  # heads of self-labelling need no more to begin


def _begun(name: str, encoder: Encoder, pictures: Tensor, **params: object) -> Regularizer:
    """A term as it is after the plans of its first epoch."""
    term = build(name, **params)
    term.begin_epoch(overview(encoder, pictures))
    return term


def _training_batch(term: Regularizer, encoder: Encoder, pictures: Tensor) -> LatentBatch:
    """All of the images with their numbers, augmented views and neighbours, as the loop gives them."""
    rows = torch.arange(len(pictures))
    others = term.partners(rows, rng(6))
    partner = None if others is None else encoder.view(pictures[others])
    return batch_of(encoder, pictures, rows=rows, partner=partner)


def _trained(learning: nn.Module, beyond: tuple[str, ...] = ()) -> None:
    """Each parameter that learns has a gradient, and it is finite."""
    for key, own in learning.named_parameters():
        if own.requires_grad and key not in beyond:
            assert own.grad is not None, key
            assert torch.isfinite(own.grad).all(), key


@pytest.mark.parametrize("name", WITH_PENALTY)
def test_gradients_are_finite_and_ten_steps_lower_the_penalty(name: str) -> None:
    encoder, pictures = Encoder(), images(32)
    few = {"clusters": CLUSTERS} if "clusters" in REGULARIZERS[name].parameters else {}
    term = _begun(name, encoder, pictures, **few)
    optimizer = torch.optim.Adam([*encoder.parameters(), *term.parameters()], lr=0.02)
    values = []
    for _ in range(STEPS):
        found = penalty(term, _training_batch(term, encoder, pictures))
        optimizer.zero_grad()
        found.backward()
        _trained(encoder, BEYOND.get(name, ()))
        _trained(term)
        assert any(p.grad is not None and p.grad.any() for p in encoder.parameters())
        optimizer.step()
        values.append(found.item())
    assert values[-1] < values[0], values


@pytest.mark.parametrize("name", WITH_PENALTY)
def test_a_penalty_of_held_out_images_is_finite(name: str) -> None:
    encoder, pictures = Encoder(), images(32)
    term = _begun(name, encoder, pictures).eval()
    with torch.set_grad_enabled(CLASSES[name].needs_gradient):
        effect = term(batch_of(encoder, images(9) / 2))
    assert torch.isfinite(effect.penalty)


@pytest.mark.parametrize("name", ["denoising", "latent_noise"])
def test_what_only_changes_the_task_lets_the_images_be_learned(name: str) -> None:
    encoder, pictures, term = Encoder(), images(32), build(name)
    decoder = nn.Linear(SHAPE.latent_dim, SHAPE.pixels)
    with torch.no_grad():
        for own in decoder.parameters():
            own.normal_(std=0.5, generator=rng(8))
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=0.02)
    values = []
    for _ in range(STEPS):
        seen = term.corrupt(pictures, rng(4))
        effect = term(batch_of(encoder, seen))
        code = encoder(seen) if effect.decoded is None else effect.decoded
        loss = F.mse_loss(decoder(code), pictures.flatten(1))
        optimizer.zero_grad()
        loss.backward()
        _trained(encoder)
        optimizer.step()
        values.append(loss.item())
    assert values[-1] < 0.8 * values[0]
    corrupted, decoded = seen.ne(pictures).any().item(), effect.decoded is not None
    assert (corrupted, decoded) == (name == "denoising", name == "latent_noise")


def test_an_image_comes_nearer_to_its_neighbour() -> None:
    # `negatives` at 0: what is left is the attraction, which needs the partner
    encoder, pictures = Encoder(), images(32)
    term = _begun("parametric_umap", encoder, pictures, negatives=0.0, neighbours=3)
    batch = _training_batch(term, encoder, pictures)
    assert batch.partner is not None
    before = (batch.latent - batch.partner.latent).norm(dim=1).mean()
    optimizer = torch.optim.Adam(encoder.parameters(), lr=0.02)
    for _ in range(STEPS):
        optimizer.zero_grad()
        penalty(term, _training_batch(term, encoder, pictures)).backward()
        optimizer.step()
    after = _training_batch(term, encoder, pictures)
    assert after.partner is not None
    assert (after.latent - after.partner.latent).norm(dim=1).mean() < 0.9 * before


def test_self_labelling_learns_the_labels_that_it_found() -> None:
    encoder, pictures = Encoder(), images(32)
    term = _begun("self_labelling", encoder, pictures, clusters=4, confidence=0.0)
    rows = torch.arange(32)
    assert len(term._labels) == 32
    optimizer = torch.optim.Adam(encoder.parameters(), lr=0.02)
    own = term.centroids[term._labels]
    before = (encoder(pictures) - own).norm(dim=1).mean()
    for _ in range(STEPS):
        optimizer.zero_grad()
        penalty(term, batch_of(encoder, pictures, rows=rows)).backward()
        optimizer.step()
    assert (encoder(pictures) - own).norm(dim=1).mean() < before


@pytest.mark.parametrize(
    ("every", "new"),
    [
        pytest.param(1, [True, True, True, True], id="labels of every epoch"),
        pytest.param(3, [True, False, False, True], id="labels of every third epoch"),
    ],
)
def test_labels_are_found_anew_when_they_should(every: int, new: list[bool]) -> None:
    encoder, pictures = Encoder(), images(32)
    term = build("self_labelling", clusters=4, relabel_every=every, renew_every=1)
    found = []
    for epoch in range(1, 5):
        before = term._labels
        term.begin_epoch(overview(encoder, pictures, epoch))
        found.append(term._labels is not before)
    assert found == new


# ------------------------------------------------------------------------------------- plans
def test_k_means_finds_clumps_and_bears_few_points() -> None:
    clumps = torch.tensor([[0.0, 0.0], [9.0, 0.0]]).repeat(20, 1)
    found = k_means(clumps, 2, seed=0)
    assert sorted(found[:, 0].tolist()) == [0.0, 9.0]
    assert k_means(clumps[:2], 5, seed=0).shape == (5, 2)


@pytest.mark.parametrize("name", CENTROIDS)
def test_centroids_begin_where_the_latents_are(name: str) -> None:
    term = build(name, SHAPE._replace(latent_dim=2), clusters=2)
    clumps = torch.tensor([[50.0, 0.0], [59.0, 0.0]]).repeat(20, 1)
    clumps = clumps + 0.1 * torch.randn(40, 2, generator=rng())
    term.begin_epoch(Overview(1, 0, lambda: clumps, lambda: clumps, lambda: clumps))
    where = sorted(term.centroids[:, 0].tolist())
    assert where == [pytest.approx(50, abs=0.2), pytest.approx(59, abs=0.2)]
    kept = term.centroids.clone()
    term.begin_epoch(Overview(2, 0, lambda: -clumps, lambda: clumps, lambda: clumps))
    torch.testing.assert_close(term.centroids, kept)  # only once


def test_the_mixture_of_vade_begins_with_the_shares_and_widths_of_the_clumps() -> None:
    many, few = 2.0 * normal(300, 1) - 50, 0.5 * normal(100, 1, seed=1) + 50
    latents = torch.cat([many, few])
    term = build("vade", Shape(1, 4, 4, 1.0), clusters=2)
    term.begin_epoch(Overview(1, 0, lambda: latents, lambda: latents, lambda: latents))
    order = term.centroids[:, 0].argsort()
    shares = term.share_logits.softmax(dim=0)[order].tolist()
    assert shares == [pytest.approx(0.75, abs=1e-3), pytest.approx(0.25, abs=1e-3)]
    widths = (0.5 * term.log_variance[order, 0]).exp().tolist()
    assert widths == [pytest.approx(2, rel=0.1), pytest.approx(0.5, rel=0.15)]


@pytest.mark.parametrize("name", ["dec", "idec"])
def test_dec_comes_nearer_to_a_target_that_stands_still(name: str) -> None:
    term = build(name, clusters=4)
    latents = normal(64, 3)
    nothing = torch.zeros(64, 1)
    term.begin_epoch(Overview(1, 0, lambda: latents, lambda: nothing, lambda: nothing))
    q = student_t(latents, term.centroids)
    wanted = target(q, q.mean(dim=0)).detach()
    rows = torch.tensor([5, 40, 7])
    moved = (latents[rows] + 1).requires_grad_()
    found = penalty(term, of_latents(moved, rows=rows))
    weight = REGULARIZERS[name].parameters["weight"].default
    expected = weight * divergence(wanted[rows], student_t(moved, term.centroids))
    assert found.item() == pytest.approx(expected.item())
    found.backward()
    with torch.no_grad():
        nearer = student_t(moved - 0.1 * moved.grad / weight, term.centroids)
    assert weight * divergence(wanted[rows], nearer).item() < found.item()


@pytest.mark.parametrize("name", ["dec", "idec"])
def test_the_target_of_held_out_images_is_their_own_sharpened(name: str) -> None:
    term, latents = build(name, weight=2.0), normal(9, 3)
    q = student_t(latents, term.centroids)
    expected = 2 * divergence(target(q, term.frequency), q)
    torch.testing.assert_close(penalty(term, of_latents(latents)), expected)
