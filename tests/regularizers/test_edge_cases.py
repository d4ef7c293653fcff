"""Every term where there is little to go by, and on whatever device the latents are."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.regularizers import CLASSES, LatentBatch, Regularizer, Shape, View
from core.regularizers.support import priors, scan
from core.regularizers.support.base import relative_scale
from core.setting.setting import REGULARIZERS
from tests.regularizers.toy import SHAPE, Encoder, batch_of, build, images, overview, rng

PRIORS = [f"{name}-{kind}" for name in ("wae_mmd", "sliced_wasserstein")
          for kind in REGULARIZERS[name].parameters["prior"].choices]  # fmt: skip
EVERY = sorted((set(CLASSES) - {"wae_mmd", "sliced_wasserstein"}) | set(PRIORS))


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "HEAD_STEPS", 5)


def _build(name: str, shape: Shape, **params: Any) -> Regularizer:
    name, _, prior = name.partition("-")
    known = REGULARIZERS[name].parameters
    if prior:
        params["prior"] = prior
    return build(name, shape, **{key: value for key, value in params.items() if key in known})


def _check(
    term: Regularizer, batch: LatentBatch, *learning: nn.Module, most: float = math.inf
) -> None:
    """A finite penalty of at most that size, a finite code, and finite gradients of both."""
    effect = term(batch)
    loss = batch.latent.sum() * 0
    if effect.penalty is not None:
        assert torch.isfinite(effect.penalty)
        assert effect.penalty.abs() < most
        loss = loss + effect.penalty
    if effect.decoded is not None:
        assert torch.isfinite(effect.decoded).all()
        loss = loss + effect.decoded.square().mean()
    loss.backward()
    for module in (term, *learning):
        for key, own in module.named_parameters():
            assert own.grad is None or torch.isfinite(own.grad).all(), key
    for key, kept in term.state_dict().items():  # what is followed, not learned
        assert torch.isfinite(kept).all(), key


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    ("count", "dims", "clusters", "planned"),
    [
        pytest.param(1, 3, 4, False, id="a batch of one image"),
        pytest.param(2, 3, 4, True, id="two images"),
        pytest.param(9, 3, 1, True, id="one cluster"),
        pytest.param(9, 1, 4, True, id="one latent dimension"),
        pytest.param(1, 1, 1, False, id="one of everything"),
    ],
)
def test_few(name: str, count: int, dims: int, clusters: int, planned: bool) -> None:
    shape = SHAPE._replace(latent_dim=dims)
    encoder, pictures = Encoder(shape), images(count)
    term = _build(name, shape, clusters=clusters)
    rows = partner = None
    if planned:
        term.begin_epoch(overview(encoder, pictures))
        rows = torch.arange(count)
        if (others := term.partners(rows, rng(6))) is not None:
            partner = encoder.view(pictures[others])
    # latents of about 1: a penalty beyond 100 would be divided by a scale that is not there
    _check(term, batch_of(encoder, pictures, rows=rows, partner=partner), encoder, most=100)
    for own in encoder.parameters():
        own.grad = None
    _check(term, batch_of(encoder, pictures), encoder, most=100)


class _Blind(nn.Module):
    """An encoder whose every image has the same latent; its weights are still asked for gradients."""

    def __init__(self, at: float) -> None:
        super().__init__()
        self.head = nn.Linear(SHAPE.pixels, SHAPE.latent_dim)
        nn.init.zeros_(self.head.weight)
        nn.init.constant_(self.head.bias, at)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.head(pictures.flatten(1))


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("at", [0.0, 2.5], ids=["all latents 0", "all latents equal"])
@pytest.mark.parametrize("views", ["the same", "apart"])
def test_latents_in_one_place(name: str, at: float, views: str) -> None:
    pictures, encoder = images(9), _Blind(at)
    latent = encoder(pictures)
    features = torch.zeros(9, SHAPE.feature_dim, requires_grad=True)
    view = View(features, latent if views == "the same" else latent + 1)
    batch = LatentBatch(
        pictures, pictures, features, latent, encoder, rng(3), view, partner=view,
        rows=torch.arange(9),
    )  # fmt: skip
    _check(_build(name, SHAPE), batch, encoder)
    assert features.grad is None or torch.isfinite(features.grad).all()


@pytest.mark.parametrize("name", [n for n in EVERY if hasattr(CLASSES.get(n), "start")])
def test_clusters_in_one_place(name: str) -> None:
    encoder, pictures = Encoder(), images(9)
    term = _build(name, SHAPE, clusters=4)
    nn.init.constant_(term.centroids, 0.5)
    _check(term, batch_of(encoder, pictures), encoder)


def test_the_scale_of_latents_in_one_place_is_no_zero_to_divide_by() -> None:
    assert 0 < relative_scale(torch.ones(4, 3)).item() < 1e-6
    assert relative_scale(torch.tensor([[1.0], [5.0]])).item() == 2.0
    assert relative_scale(torch.tensor([[5.0, 7.0]])).item() == 1.0  # one image alone has none


# ------------------------------------------------------------------------------------ devices
# A meta tensor has no values, but refuses to be mixed with those of another device, as a GPU's does.
DEVICES = ["meta"]
DEVICES += ["cuda"] if torch.cuda.is_available() else []
DEVICES += ["mps"] if torch.backends.mps.is_available() else []


def _generator(device: torch.device, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A generator of the device; "meta" has none: there, numbers are drawn without one."""
    if device.type != "meta":
        return torch.Generator(device).manual_seed(0)
    for name in ("rand", "randn", "randint"):
        draw = getattr(torch, name)

        def without(*args: Any, draw: Any = draw, generator: Any = None, **more: Any) -> Tensor:
            assert generator is None or generator.device == torch.device(more.get("device", "cpu"))
            return draw(*args, **more)

        monkeypatch.setattr(torch, name, without)
    return SimpleNamespace(device=device)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", EVERY)
def test_terms_work_where_the_latents_are(
    name: str, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = torch.device(device)
    kinds = ("masking", "gaussian") if name == "denoising" else ("",)
    terms = [_build(name, SHAPE, **({"kind": kind} if kind else {})) for kind in kinds]
    encoder = Encoder().to(place)
    pictures = images(8).to(place)
    generator = _generator(place, monkeypatch)
    seen, other = encoder.view(pictures), encoder.view(pictures + 0.1)
    for term in terms:
        term.to(place)
        corrupted = term.corrupt(pictures, generator)
        assert corrupted.device.type == place.type
        batch = LatentBatch(
            pictures, corrupted, seen.features, seen.latent, encoder, generator, other,
            partner=other, rows=torch.arange(8),
        )  # fmt: skip
        effect = term(batch)
        for given in effect:
            assert given is None or given.device.type == place.type
        if effect.penalty is not None:
            effect.penalty.backward()


@pytest.mark.parametrize("kind", REGULARIZERS["wae_mmd"].parameters["prior"].choices)
def test_a_prior_is_on_the_device_of_its_generator(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = _generator(torch.device("meta"), monkeypatch)
    assert priors.sample(kind, 8, 3, 4, generator).device.type == "meta"
