"""Every term: a value worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from core.latents.umap.curve import curve
from core.regularizers import CLASSES, LatentBatch, Shape, View
from core.regularizers.consistency import relative_distance
from core.regularizers.contractive import squared_jacobian
from core.regularizers.contrastive import info_nce
from core.regularizers.denoising import mask_pixels
from core.regularizers.dkm import soft_k_means
from core.regularizers.drift import radial_drift
from core.regularizers.idec import divergence, target
from core.regularizers.l1 import l1_norm
from core.regularizers.mutual_information import information
from core.regularizers.parametric_umap import attraction, repulsion
from core.regularizers.rae import half_squared_norm
from core.regularizers.repulsion import push
from core.regularizers.self_labelling import SelfLabelling
from core.regularizers.sine import sine_product
from core.regularizers.sliced_wasserstein import LINES, sliced_distance
from core.regularizers.soft_silhouette import soft_silhouette
from core.regularizers.support import priors
from core.regularizers.support.centroids import nearest_gap, soft_assignment, student_t
from core.regularizers.vade import log_densities, mixture_kl
from core.regularizers.vae import gaussian_kl
from core.regularizers.vq import nearest
from core.regularizers.wae_mmd import SCALES, mmd
from core.setting.setting import REGULARIZERS
from tests.regularizers.toy import (
    SHAPE,
    WITH_PENALTY,
    Encoder,
    batch_of,
    build,
    images,
    normal,
    of_latents,
    penalty,
    rng,
)

PER_PIXEL = {"vae", "vade", "dcn", "dkm"}  # beside a sum over pixels in their papers


def _column(*values: float) -> Tensor:
    return torch.tensor(values)[:, None]


def _one_dim(pixel_range: float = 1.0, clusters: int = 10) -> Shape:
    """One latent dimension, 4 features, 4 pixels: r^2/p is a quarter of the squared range."""
    return Shape(1, 4, 4, pixel_range, clusters)


# ---------------------------------------------------------------------- latents by themselves
def test_values_by_hand() -> None:
    z = torch.tensor([[0.25, 0.25], [0.75, 0.25]])  # sines 1, 1 and -1, 1 at wavelength 1
    assert sine_product(z, 1.0, 0.0).item() == pytest.approx(0.0, abs=1e-6)
    assert sine_product(z[:1], 1.0, 1.0).item() == pytest.approx(64.0, rel=1e-5)
    assert radial_drift(torch.tensor([[3.0, 4.0]])).item() == pytest.approx(25**-0.2)
    assert l1_norm(torch.tensor([[1.0, -2.0], [0.0, 3.0]])).item() == 3.0
    assert gaussian_kl(torch.zeros(4, 2), torch.zeros(4, 2)).item() == 0.0
    assert gaussian_kl(torch.ones(1, 2), torch.zeros(1, 2)).item() == 1.0


def test_a_gaussian_that_is_too_wide_or_too_narrow_costs() -> None:
    wide = torch.full((1, 1), math.log(4))
    # 1/2 (1 + 4 - 1 - log 4)
    assert gaussian_kl(torch.ones(1, 1), wide).item() == pytest.approx(2 - math.log(2))
    # 1/2 (0 + 1/4 - 1 + log 4)
    assert gaussian_kl(torch.zeros(1, 1), -wide).item() == pytest.approx(math.log(2) - 3 / 8)
    # two images, two dimensions: a sum over the dimensions, a mean over the images
    both = gaussian_kl(torch.tensor([[1.0, 1.0], [1.0, 0.0]]), torch.zeros(2, 2))
    assert both.item() == pytest.approx((1.0 + 0.5) / 2)


def test_the_vae_decodes_a_draw_from_each_images_gaussian() -> None:
    term = build("vae", _one_dim(4.0), beta=3.0)
    nn.init.zeros_(term.log_variance.weight)
    nn.init.constant_(term.log_variance.bias, math.log(4))
    latent = _column(1.0, 1.0)
    effect = term(of_latents(latent))
    assert effect.penalty.item() == pytest.approx(3 * 16 / 4 * (2 - math.log(2)))
    torch.testing.assert_close(effect.decoded, latent + 2 * torch.randn(2, 1, generator=rng(3)))


@pytest.mark.parametrize("pixel_range", [1.0, 255.0])
def test_gaussian_noise_is_a_share_of_the_pixel_range(pixel_range: float) -> None:
    shape = SHAPE._replace(pixel_range=pixel_range)
    pictures = images(50, shape)
    term = build("denoising", shape, kind="gaussian", level=0.1)
    noise = torch.randn(pictures.shape, generator=rng(7))
    torch.testing.assert_close(term.corrupt(pictures, rng(7)), pictures + 0.1 * pixel_range * noise)


def test_masked_pixels_are_zero_and_the_others_untouched() -> None:
    pictures = images(2000) + 1
    seen = build("denoising", level=0.3).corrupt(pictures, rng())
    hidden = seen == 0
    assert hidden.float().mean().item() == pytest.approx(0.3, abs=0.02)
    assert torch.equal(seen[~hidden], pictures[~hidden])
    assert build("denoising", level=1.0).corrupt(pictures, rng()).eq(0).all()


@pytest.mark.parametrize("kind", ["masking", "gaussian"])
def test_without_noise_the_encoder_reads_the_image(kind: str) -> None:
    term = build("denoising", kind=kind, level=0.0)
    assert torch.equal(term.corrupt(images(9), rng()), images(9))
    assert term(batch_of(Encoder(), images(9))) == (None, None)  # nothing but the task


def test_masking_hides_the_share_it_says() -> None:
    masked = mask_pixels(torch.ones(100, 1, 10, 10), 0.25, rng())
    assert masked.mean().item() == pytest.approx(0.75, abs=0.02)


def test_latent_noise_is_in_units_of_the_latent_scale() -> None:
    latent = torch.tensor([[1.0, 4.0], [7.0, 10.0]])  # 3 from the mean in each dimension
    effect = build("latent_noise", deviation=0.5)(of_latents(latent))
    noise = torch.randn(2, 2, generator=rng(3))
    torch.testing.assert_close(effect.decoded, latent + 0.5 * 3 * noise)
    assert effect.penalty is None
    still = build("latent_noise", deviation=0.0)(of_latents(latent))
    assert torch.equal(still.decoded, latent)


@pytest.mark.parametrize("dims", [2, 5], ids=["exact", "estimated"])
def test_the_jacobian_of_a_linear_encoder_is_its_matrix(dims: int) -> None:
    matrix = torch.randn(dims, 6, generator=rng())
    x = torch.randn(4000, 6, generator=rng(1)).requires_grad_()
    norm = squared_jacobian(x, x @ matrix.T, rng(2))
    assert norm.item() == pytest.approx(matrix.square().sum().item(), rel=0.05)


# --------------------------------------------------------------------------- priors and augmented views
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


def test_the_twin_of_a_term_is_that_of_the_batch() -> None:
    latent = _column(0.0, 2.0)
    unit = torch.eye(2, 4)
    view = View(unit, latent.flip(0))
    batch = of_latents(latent, features=unit, view=view)
    assert penalty(build("consistency", weight=0.5), batch).item() == pytest.approx(2.0)
    term = build("contrastive", weight=3.0, temperature=0.5)
    nn.init.zeros_(term.projection.weight)
    nn.init.eye_(term.projection.weight[:4])
    nn.init.zeros_(term.projection.bias)
    expected = 3 * math.log1p(math.exp(-1 / 0.5))
    assert penalty(term, batch).item() == pytest.approx(expected)
    for name in ("consistency", "contrastive"):
        assert build(name)(batch._replace(view=None)) == (None, None)


@pytest.mark.parametrize("kind", ["gaussian", "ring", "mixture"])
@pytest.mark.parametrize("dims", [1, 2, 3, 10])
def test_priors_have_about_unit_scale(kind: str, dims: int) -> None:
    points = priors.sample(kind, 4000, dims, 10, rng())
    assert points.shape == (4000, dims)
    assert 0.7 < points.square().mean().sqrt().item() < 1.3


@pytest.mark.parametrize(
    ("groups", "centres"), [(1, [0.0]), (2, [-1.5, 1.5]), (3, [-1.5, 0.0, 1.5])]
)
def test_a_mixture_prior_has_as_many_groups_as_asked(groups: int, centres: list[float]) -> None:
    points = priors.sample("mixture", 100, 1, groups, rng())
    apart, own = (points - torch.tensor(centres)).abs().min(dim=1)
    assert apart.square().mean().sqrt().item() == pytest.approx(0.2, abs=0.04)
    assert own.unique().tolist() == list(range(groups))


@pytest.mark.parametrize("name", ["wae_mmd", "sliced_wasserstein"])
@pytest.mark.parametrize(
    ("clusters", "groups"), [pytest.param(0, 10, id="0: as many as classes"), (2, 2)]
)
def test_latents_are_compared_with_the_prior_that_is_asked_for(
    name: str, clusters: int, groups: int
) -> None:
    latent = normal(40, 3)
    generator = rng(3)  # as the batch has them
    prior = priors.sample("mixture", 40, 3, groups, generator)
    if name == "wae_mmd":
        expected = mmd(latent, prior)
    else:
        lines = torch.randn(3, LINES, generator=generator)
        expected = sliced_distance(latent, prior, lines / lines.square().sum(dim=0).sqrt())
    term = build(name, weight=2.0, prior="mixture", clusters=clusters)
    torch.testing.assert_close(penalty(term, of_latents(latent)), 2 * expected)
    other = build(name, weight=2.0, prior="mixture", clusters=5)
    assert penalty(other, of_latents(latent)).item() != pytest.approx(2 * expected.item(), rel=1e-3)


# ----------------------------------------------------------------------------------- clusters
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


def test_a_mixture_of_two_components_by_hand() -> None:
    centres, variance = _column(0.0, 2.0), _column(1.0, 4.0)
    share, g = torch.tensor([0.25, 0.75]), torch.tensor([[0.4, 0.6]])
    mean, own = torch.ones(1, 1), torch.full((1, 1), math.log(2))
    first = 0.5 * (math.log(1) + (2 + 1) / 1)
    second = 0.5 * (math.log(4) + (2 + 1) / 4)
    shares = 0.4 * math.log(0.4 / 0.25) + 0.6 * math.log(0.6 / 0.75)
    expected = 0.4 * first + 0.6 * second + shares - 0.5 * (1 + math.log(2))
    found = mixture_kl(mean, own, centres, variance.log(), share.log(), g)
    assert found.item() == pytest.approx(expected)
    # at 1: log 1/4 - 1/2 (1/1 + log 1), log 3/4 - 1/2 (1/4 + log 4)
    densities = log_densities(mean, centres, variance.log(), share.log())
    by_hand = [math.log(0.25) - 0.5, math.log(0.75) - 0.5 * (0.25 + math.log(4))]
    torch.testing.assert_close(densities, torch.tensor([by_hand]))


def test_vade_charges_for_the_rarity_of_a_component() -> None:
    term = build("vade", _one_dim(4.0, clusters=2), beta=3.0)
    nn.init.zeros_(term.posterior.weight)
    nn.init.zeros_(term.posterior.bias)  # variance 1, as the components
    term.centroids.data = _column(-50.0, 50.0)
    term.share_logits.data = torch.tensor([0.25, 0.75]).log()
    effect = term(of_latents(_column(-50.0, 52.0)))
    # at the centre of the rarer one: log 4; two away from the other: log 4/3 + 2
    expected = 3 * 16 / 4 * (math.log(4) + math.log(4 / 3) + 2) / 2
    assert effect.penalty.item() == pytest.approx(expected, rel=1e-5)
    noise = torch.randn(2, 1, generator=rng(3))
    torch.testing.assert_close(effect.decoded, _column(-50.0, 52.0) + noise)


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


def test_undecided_memberships_cost_their_entropy() -> None:
    latent = _column(1.0, 0.0, 2.0)
    term = build("soft_silhouette", _one_dim(clusters=2), weight=0.0, entropy_weight=3.0)
    term.centroids.data = _column(0.0, 2.0)
    # halfway: log 2; on a centroid e^-10 of it belongs to the other: 11 e^-10, nearly
    expected = 3 * (math.log(2) + 2 * 11 * math.exp(-10)) / 3
    assert penalty(term, of_latents(latent)).item() == pytest.approx(expected, rel=1e-4)
    term.params |= {"weight": 5.0, "entropy_weight": 0.0}
    silhouette = soft_silhouette(latent, soft_assignment(latent, term.centroids, 0.1))
    expected = 5 * (1 - silhouette.item())
    assert penalty(term, of_latents(latent)).item() == pytest.approx(expected)


def test_dcn_by_hand_and_its_centres_become_running_means() -> None:
    term = build("dcn", _one_dim(4.0, clusters=2), weight=3.0)
    term.centroids.data = _column(0.0, 10.0)
    batch = of_latents(_column(1.0, 2.0, 13.0))
    expected = 3 * (16 / 4) * 0.5 * (1 + 4 + 9) / 3
    term.eval()
    assert penalty(term, batch).item() == pytest.approx(expected)
    assert torch.equal(term.centroids, _column(0.0, 10.0))  # held-out images move nothing
    term.train()
    assert penalty(term, batch).item() == pytest.approx(expected)  # from where they were
    # as if each had had a hundred images before
    torch.testing.assert_close(term.centroids.detach(), _column(3 / 102, (1000 + 13) / 101))
    term(of_latents(_column(4.0)))
    torch.testing.assert_close(term.centroids.detach(), _column((3 + 4) / 103, 1013 / 101))
    assert term.counts.tolist() == [103, 101]
    assert not term.centroids.requires_grad


def test_dkm_by_hand() -> None:
    term = build("dkm", _one_dim(4.0, clusters=2), weight=3.0, sharpness=1.0)
    term.centroids.data = _column(0.0, 2.0)
    near = 1 / (1 + math.exp(-4))  # squared distances 0 and 4
    expected = 3 * (16 / 4) * (4 * (1 - near) + 1) / 2  # 1 and 1 for the other latent
    assert penalty(term, of_latents(_column(0.0, 1.0))).item() == pytest.approx(expected)


@pytest.mark.parametrize("size", [1.0, 7.0])
def test_repulsion_by_hand_in_latent_scales(size: float) -> None:
    term = build("repulsion", _one_dim(clusters=3), weight=2.0, margin=3.0)
    term.centroids.data = size * _column(0.5, 2.5, 10.5)
    batch = of_latents(size * _column(0.0, 2.0))  # 1 from their mean
    pull = (0.25 + 0.25) / 2
    away = (3 - 2) ** 2 / 3  # of three pairs two are further apart than 3
    assert penalty(term, batch).item() == pytest.approx(2 * (pull + away))


def test_mutual_information_by_hand() -> None:
    term = build(
        "mutual_information", _one_dim(clusters=2),
        weight=2.0, share=0.1, balance=4.0, temperature=0.5,
    )  # fmt: skip
    term.centroids.data = _column(0.0, 2.0)
    batch = of_latents(_column(0.0))
    p = 1 / (1 + math.exp(-2))  # squared distances 0 and 4, over 0.5 * 4
    entropy = -p * math.log(p) - (1 - p) * math.log(1 - p)
    informed = -0.1 * (4 * entropy - entropy)
    assert penalty(term, batch).item() == pytest.approx(2 * informed)
    halfway = View(batch.features, _column(1.0))  # an augmented view of which nothing is known
    agreement = math.log(2) - entropy
    found = penalty(term, batch._replace(view=halfway))
    assert found.item() == pytest.approx(2 * (agreement + informed))
    same = View(batch.features, batch.latent)
    assert penalty(term, batch._replace(view=same)).item() == pytest.approx(2 * informed)


def test_only_the_twin_moves_towards_the_image() -> None:
    term = build("mutual_information", _one_dim(clusters=2), share=0.0)
    latent, other = (_column(at).requires_grad_() for at in (0.2, 0.9))
    batch = of_latents(latent, view=View(torch.zeros(1, 4), other))
    penalty(term, batch).backward()
    assert latent.grad is None or latent.grad.item() == 0
    assert other.grad.item() != 0


def _book(**params: Any) -> tuple[nn.Module, Tensor]:
    """A code book of two, and two latents near one each."""
    term = build("vq", SHAPE._replace(latent_dim=2), clusters=2, **params)
    term.centroids.data = torch.tensor([[0.0, 0.0], [2.0, 2.0]])
    return term, torch.tensor([[0.2, 0.0], [2.0, 1.9]], requires_grad=True)


def test_vq_by_hand() -> None:
    term, latent = _book(weight=4.0, commitment=0.5)
    effect = term(of_latents(latent))
    assert effect.penalty.item() == pytest.approx(4 * 1.5 * (0.2**2 + 0.1**2) / 4)
    torch.testing.assert_close(effect.decoded.detach(), term.centroids.detach())


def test_the_decoders_gradient_goes_straight_through_to_the_latent() -> None:
    term, latent = _book()
    slopes = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    (term(of_latents(latent)).decoded * slopes).sum().backward()
    torch.testing.assert_close(latent.grad, slopes)
    assert term.centroids.grad is None or term.centroids.grad.eq(0).all()


def test_one_part_of_vq_trains_the_codes_and_the_commitment_the_latents() -> None:
    apart = torch.tensor([[0.2, 0.0], [0.0, -0.1]])  # of the latents from their codes
    for commitment in (0.0, 0.5):
        term, latent = _book(weight=4.0, commitment=commitment)
        penalty(term, of_latents(latent)).backward()
        torch.testing.assert_close(term.centroids.grad, 4 * 2 * -apart / 4)
        torch.testing.assert_close(latent.grad, commitment * 4 * 2 * apart / 4)


def test_the_clusters_alone_train_the_encoder_of_dec() -> None:
    latent = normal(5, 3).requires_grad_()
    decoded = {name: build(name)(of_latents(latent)).decoded for name in ("dec", "idec")}
    assert torch.equal(decoded["dec"], latent)
    assert not decoded["dec"].requires_grad  # nothing but the clusters trains the encoder
    assert decoded["idec"] is None


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
    term = SelfLabelling(params | {"temperature": 0.5}, Shape(1, 2, 4, 1.0), rng())
    torch.testing.assert_close(term.centroids, torch.tensor([[-2.0], [2.0]]))
    nn.init.zeros_(term.classifier.weight)  # the head is undecided: log 2 each
    latent = torch.tensor([[-2.0], [0.4]])
    term._labels, term._confident = torch.tensor([1, 0, 1]), torch.tensor([0.0, 1.0, 0.0])
    images = torch.zeros(2, 1, 2, 2)
    batch = LatentBatch(
        images, images, torch.zeros(2, 2), latent, nn.Identity(), rng(), rows=torch.tensor([1, 2])
    )
    # latent 1 is at its centre, the other one 16 / (0.5 * 16) further; latent 2 is at distances 2.4
    # and 1.6, of which 0.1 of the gap is free
    first = math.log1p(math.exp(-2))
    second = math.log1p(math.exp((1.6**2 - 2.4**2) / 8)) + 3 * (0.4 - 0.1) ** 2
    expected = 2.0 * (math.log(2) / 2 + 0.25 * (first + second) / 2)
    assert term(batch).penalty.item() == pytest.approx(expected, rel=1e-5)
    # a view in the same place changes nothing; one elsewhere counts, unless images alone are placed
    view = View(batch.features, latent)
    assert term(batch._replace(view=view)).penalty.item() == pytest.approx(expected, rel=1e-5)
    away = batch._replace(view=View(batch.features, latent + 1))
    assert term(away).penalty.item() != pytest.approx(expected, rel=1e-2)
    term.params["placed"] = "image"
    assert term(away).penalty.item() == pytest.approx(expected, rel=1e-5)
    surer = away._replace(view=View(torch.ones(2, 2), latent))
    nn.init.constant_(term.classifier.weight[0], 1.0)  # the head also reads the view
    twin_knows = (math.log(2) + math.log1p(math.exp(-2))) / 4
    expected = 2.0 * (twin_knows + 0.25 * (first + second) / 2)
    assert term(surer).penalty.item() == pytest.approx(expected, rel=1e-5)


# --------------------------------------------------------------------------------- neighbours
def test_values_by_hand_of_parametric_umap() -> None:
    a, b = curve(0.1)  # umap-learn's own for min_dist 0.1
    assert (a, b) == (pytest.approx(1.577, abs=0.002), pytest.approx(0.895, abs=0.002))
    x = torch.tensor([[0.0], [1.0]])
    assert attraction(x, x + 1, 2.0, 1.0).item() == pytest.approx(math.log(3))
    assert repulsion(x, x, 2.0, 1.0).item() == pytest.approx(-math.log(1 - 1 / 3))
    torch.testing.assert_close(attraction(x + 5, x + 6, a, b), attraction(-x, -x - 1, a, b))


def test_only_images_with_a_neighbour_are_drawn_to_one() -> None:
    term = build("parametric_umap", weight=2.0, negatives=3.0)
    a, b = curve(0.1)
    latent, neighbour = normal(6, 3), normal(6, 3, seed=1)
    batch = of_latents(latent)
    expected = 2 * 3 * repulsion(latent, latent, a, b)
    torch.testing.assert_close(penalty(term, batch), expected)
    found = penalty(term, batch._replace(partner=View(batch.features, neighbour)))
    apart, near = repulsion(latent, neighbour, a, b), attraction(latent, neighbour, a, b)
    torch.testing.assert_close(found, 2 * (3 * apart + near))


# -------------------------------------------------------------------------------- every term
@pytest.mark.parametrize("name", WITH_PENALTY)
def test_the_weight_multiplies_all_of_the_penalty(name: str) -> None:
    key = "beta" if "beta" in REGULARIZERS[name].parameters else "weight"
    other = {"entropy_weight": 0.0} if name == "soft_silhouette" else {}
    once, thrice = (
        penalty(build(name, **{key: weight}, **other), batch_of(Encoder(), images(12)))
        for weight in (1.0, 3.0)
    )
    assert once.item() != 0
    torch.testing.assert_close(thrice, 3 * once)


@pytest.mark.parametrize("name", WITH_PENALTY)
def test_a_weight_means_the_same_at_every_pixel_range(name: str) -> None:
    """The reconstruction error of the same images is 255^2 times as large in 0..255.

    Terms whose papers have a sum over pixels beside them grow alike; the others look at latents alone.
    """
    batch = batch_of(Encoder(), images(12))

    def at(pixel_range: float, pixels: int = SHAPE.pixels) -> float:
        shape = SHAPE._replace(pixel_range=pixel_range, pixels=pixels)
        return penalty(build(name, shape), batch._replace(generator=rng(3))).item()

    grown, shared = (255.0**2, 1 / 4) if name in PER_PIXEL else (1.0, 1.0)
    assert at(255.0) == pytest.approx(grown * at(1.0), rel=1e-5)
    assert at(1.0, 4 * SHAPE.pixels) == pytest.approx(shared * at(1.0), rel=1e-5)


def test_menu_and_registry_agree() -> None:
    assert set(REGULARIZERS) == {"none", *(c.name for c in CLASSES.values())}
