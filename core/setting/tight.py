"""The recipe Tight for any images: its phases last as many steps as with MNIST's 60,000.

An epoch of 2,000 images is a few steps, one of 60,000 more than a hundred: what a network learns goes
with its steps. So phases, and how often labels and neighbours are looked for anew, are given in steps
here, and become the epochs of a Setting. Of fewer images more starts are made, and as many again where
they found different things: each costs little there, and more of them fail.
"""

from __future__ import annotations

from core.setting.recipes import RECIPES
from core.setting.setting import Setting, Term

PHASE_STEPS = 1175  # of each of the two phases: five epochs of MNIST
_LEAST_EPOCHS = 10  # of the second phase, at whose start of each epoch labels are found anew
_RENEWAL_STEPS = 235
_RELABEL_STEPS = 118
_MOST_EPOCHS = 250  # of a phase: a Setting has at most 500
_SIDES = 4  # the network halves an image twice: its side is a multiple of this
_FEW = 20_000  # images, below which starts are cheap
_STARTS = {"heads": 20, "restarts": 1}
_BATCHES = ((8_000, 256), (0, 128))  # from so many images on, so many at once
# what the number of images decides
_OPEN = ("from_epoch", "until_epoch", "renew_every", "relabel_every", "heads", "restarts")
_TEN = RECIPES["tight-ten"].setting


def batch_size(images: int) -> int:
    """Images per step, for so many training images."""
    return next(size for least, size in _BATCHES if images >= least)


def tight(setting: Setting, images: int) -> Setting:
    """The recipe for the images of a Setting.

    Args:
        setting: its data set, classes, clusters, latent dimension and seed are kept; its image size is,
            too, where the network takes it, else the next smaller one.
        images: how many there are to train on, at least 1.

    Returns:
        A Setting; for MNIST's ten digits that of the recipe "tight-ten".
    """
    size = batch_size(images)
    per_epoch = -(-images // size)
    phase = min(_MOST_EPOCHS, max(1, round(PHASE_STEPS / per_epoch)))
    renewal, relabel = (max(1, round(n / per_epoch)) for n in (_RENEWAL_STEPS, _RELABEL_STEPS))
    starts = _STARTS if images < _FEW else {}
    contrastive, labelling = _TEN.regularizer
    terms = (
        _with(contrastive, until_epoch=phase),
        _with(
            labelling, from_epoch=phase + 1, renew_every=renewal, relabel_every=relabel, **starts
        ),
    )
    kept = ("dataset", "digits", "clusters", "holdout", "latent_dim", "seed")
    return _TEN.replace(
        **{name: getattr(setting, name) for name in kept},
        image_size=setting.image_size // _SIDES * _SIDES,
        batch_size=size,
        epochs=phase + max(phase, _LEAST_EPOCHS),
        regularizer=terms,
    )


def is_tight(setting: Setting) -> bool:
    """Whether it is the recipe, whatever its images and the length of its phases."""
    return setting.architecture == _TEN.architecture and _terms(setting) == _terms(_TEN)


def _terms(setting: Setting) -> list[Term]:
    """Its terms, without what the number of images decides."""
    return [
        Term(t.name, tuple((key, v) for key, v in t.own_params().items() if key not in _OPEN))
        for t in setting.regularizer
    ]


def _with(term: Term, **values: float) -> Term:
    return Term(term.name, tuple((term.own_params() | values).items()))
