"""`LatentClusterer`: an autoencoder and clusters of its latents, as scikit-learn has estimators."""

from __future__ import annotations

import copy
import hashlib
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    ClusterMixin,
    TransformerMixin,
)
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from core.estimator.squares import Squares
from core.setting.setting import Setting

if TYPE_CHECKING:
    from core.data.splits import Data
    from core.runs.run import Run
    from core.runs.store import Store

Array = npt.NDArray[np.float64]

_STEPS = 1500  # of training, when `epochs` is left open
_MOST_EPOCHS = 500
_CHUNK = 4096  # samples encoded at a time
_WATCHED = 1000  # samples of the loss curve
_SAMPLES = "samples"  # what a Run's provenance says of how they were brought to images


class LatentClusterer(
    ClassNamePrefixFeaturesOutMixin, TransformerMixin, ClusterMixin, BaseEstimator
):
    """Train an autoencoder without labels, and find clusters among its latents.

    >>> from sklearn.datasets import load_digits
    >>> images = load_digits().images
    >>> clusterer = LatentClusterer(n_clusters=10, epochs=5, random_state=0)
    >>> clusterer.fit_predict(images).shape
    (1797,)
    >>> clusterer.transform(images[:5]).shape
    (5, 3)

    Samples are images (n, h, w), or rows of any numbers (n, f): at most 64 x 64 or 4,096 of them. All
    are brought to the range from 0 to 1 by the least and the greatest value of the training samples;
    features of different units should be scaled before.

    Args:
        n_clusters: how many clusters are looked for; also by regularizers with clusters.
        latent_dim: of the latent space, 1 to 64.
        regularizer: as in a Setting: "none", "vae", "contrastive:until_epoch=10+self_labelling".
        architecture: of the network: "mlp", or for images "conv" or "conv-bn".
        clustering: "kmeans", "gmm", "hdbscan", "agglomerative" or "umap-gmm".
        epochs: 1 to 500; None: as many as make about 1,500 steps, at most 500.
        batch_size: 8 to 4,096 samples a step; None: 128, fewer for less than 1,024 samples.
        learning_rate: of Adam.
        image_shape: (h, w) of samples that are given as rows (n, h * w).
        random_state: seed of weights, order and noise: an int, a RandomState or None.
        n_jobs: threads of the CPU; None: half of the cores.

    Attributes:
        labels_: (n,) cluster of each training sample, from 0 on; -1 is noise.
        latents_: (n, latent_dim) of the training samples.
        history_: a dict for each epoch, with the parts of the loss.
        setting_: the `Setting` that was trained; its data set is a digest of the samples.
        n_features_in_: features of a sample; h * w of images.
    """

    def __init__(
        self,
        n_clusters: int = 8,
        latent_dim: int = 3,
        *,
        regularizer: str = "none",
        architecture: str = "mlp",
        clustering: str = "kmeans",
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float = 0.003,
        image_shape: tuple[int, int] | None = None,
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.n_clusters = n_clusters
        self.latent_dim = latent_dim
        self.regularizer = regularizer
        self.architecture = architecture
        self.clustering = clustering
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.image_shape = image_shape
        self.random_state = random_state
        self.n_jobs = n_jobs

    # ------------------------------------------------------------------------------ fitting
    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on samples X, (n, h, w) or (n, f), and find clusters among them; y is ignored.

        Raises:
            ValueError: samples or parameters that can't be used; the message says which.
            TrainingDiverged: the loss was not finite.
        """
        from core.latents.clustering import check_k, cluster
        from core.training.loop import Training

        X, shape = self._checked(X, fitting=True)
        check_k(self.n_clusters, len(X))
        self._squares = Squares.fitting(X, shape, self.architecture)
        self.setting_ = self._setting(X)
        started = time.perf_counter()
        training = Training(self.setting_, self._data(X), threads=self.n_jobs, n_snapshots=0)
        self.history_ = [record.to_json() for record in training.epochs()]
        self._seconds = time.perf_counter() - started
        self._adopt(training.model)
        self.latents_ = self._encoded(X)
        found = cluster(self.latents_, self.clustering, self.n_clusters, seed=self.setting_.seed)
        self.labels_ = found.labels
        return self

    def _checked(self, X: Any, *, fitting: bool = False) -> tuple[Array, tuple[int, int] | None]:
        """X as rows (n, f), and (h, w) of images."""
        X = np.asarray(X) if isinstance(X, list | tuple) else X
        shape = tuple(X.shape[1:]) if getattr(X, "ndim", 2) == 3 else None
        least = 2 if fitting else 1
        rows: Array = validate_data(
            self, X if shape is None else X.reshape(len(X), -1), reset=fitting, dtype=np.float64,
            ensure_min_samples=least,
        )  # fmt: skip
        if shape is None and fitting and self.image_shape is not None:
            shape = (int(self.image_shape[0]), int(self.image_shape[1]))
            if shape[0] * shape[1] != rows.shape[1]:
                raise ValueError(
                    "image_shape must have as many pixels as a sample has features, "
                    f"{rows.shape[1]}; got {shape[0]} x {shape[1]}"
                )
        return rows, shape

    def _setting(self, X: Array) -> Setting:
        n = len(X)
        size = self.batch_size or min(128, max(8, 2 ** round(math.log2(max(n / 8, 1)))))
        epochs = self.epochs or min(_MOST_EPOCHS, max(1, round(_STEPS * size / n)))
        seed = self.random_state
        if not isinstance(seed, int | np.integer):
            seed = check_random_state(seed).randint(2**31 - 1)
        return Setting(
            dataset=_digest(X), digits=(0,), clusters=self.n_clusters, image_size=self._squares.side,
            architecture=self.architecture, latent_dim=self.latent_dim,
            regularizer=self.regularizer,  # type: ignore[arg-type]  # its text form
            learning_rate=self.learning_rate, batch_size=size, epochs=epochs, seed=int(seed),
        )  # fmt: skip

    def _data(self, X: Array) -> Data:
        """All samples to train on, and some of them for the loss curve."""
        import torch

        from core.data.splits import Data, Split

        pixels = torch.from_numpy(255 * self._squares.images(X)).float()
        every = torch.arange(len(X))
        return Data(Split(pixels, every, None), Split(pixels, every[:_WATCHED], None), ("0",))

    def _adopt(self, model: Any) -> None:
        """Keep a network, and in float64: so a sample's latent is the same whatever is beside it."""
        self._model = model.cpu().eval()
        self._precise = copy.deepcopy(self._model).double()

    # ------------------------------------------------------------------------------- using
    def _encoded(self, X: Array) -> Array:
        images = self.setting_.pixel_range * self._squares.images(X)
        return _through(lambda x: self._precise.encode(x[:, None]), images)

    def transform(self, X: Any) -> Array:
        """Latents (n, latent_dim) of samples."""
        check_is_fitted(self)
        return self._encoded(self._checked(X)[0])

    def inverse_transform(self, X: Any) -> Array:
        """Samples (n, f) that the decoder makes of latents (n, latent_dim)."""
        check_is_fitted(self)
        X = check_array(X, dtype=np.float64)
        if X.shape[1] != self._n_features_out:
            raise ValueError(
                f"latents must have {self._n_features_out} numbers each; got {X.shape[1]}"
            )
        images = _through(lambda z: self._precise.decode(z)[:, 0], X)
        return self._squares.samples(images / self.setting_.pixel_range)

    def predict(self, X: Any) -> npt.NDArray[np.int64]:
        """Clusters (n,) of samples: that of the nearest training sample in latent space."""
        from core.latents.clustering import of_nearest

        latents = self.transform(X)
        return of_nearest(self.latents_, self.labels_, latents).astype(np.int64)

    def score(self, X: Any, y: Any = None) -> float:
        """Silhouette of the samples' clusters in latent space, -1 to 1; NaN where it is undefined.

        It needs no labels, so a grid search may use it; y is ignored. Silhouettes of different
        networks compare with care: each space has its own scale of near and far.
        """
        from core.latents.arrays import Undefined
        from core.metrics.separation import cluster_silhouette

        latents = self.transform(X)
        try:
            return cluster_silhouette(latents, self.predict(X))
        except Undefined:
            return math.nan

    # ------------------------------------------------------------------------------ storing
    def save(self, X: Any, store: Store | None = None) -> Run:
        """Keep it as a Run, whose latents, clusters and scores are those of the training samples.

        Args:
            X: the samples that it was trained on.
            store: where Runs are kept; default: the folder `checkpoints`.

        Raises:
            ValueError: other samples.
            OSError: it can't be written.
        """
        from core.metrics.evaluation import Scoring
        from core.runs.made import Made
        from core.runs.provenance import provenance
        from core.runs.scoring import TRAINING, score_model
        from core.runs.store import Store

        check_is_fitted(self)
        rows, _ = self._checked(X)
        setting = self.setting_
        if _digest(rows) != setting.dataset:
            raise ValueError("X must be the samples that the clusterer was trained on; got others")
        scoring = Scoring(self.clustering, self.n_clusters)
        scored = score_model(setting, self._model, self._data(rows), scoring, TRAINING)
        arrays = {"latents": self.latents_.astype(np.float32), "errors": scored.errors,
                  "clusters": self.labels_.astype(np.int16)}  # fmt: skip
        origin = provenance(setting, self._seconds, "cpu", self.n_jobs or 1)
        origin[_SAMPLES] = {**self._squares.to_json(), "clustering": self.clustering}
        made = Made(setting, self._model, arrays, self.history_, scored.evaluation, origin)
        return (store or Store()).save(made)

    @classmethod
    def load(cls, what: str, store: Store | None = None) -> Self:
        """A fitted clusterer from what `save` kept, or from any other stored Run.

        Of another Run `latents_` and `labels_` are those of its held-out images, and samples are
        images of its size with values from 0 to 255.

        Args:
            what: the Run's name, a part of it that no other has, or a recipe.
            store: where Runs are kept; default: the folder `checkpoints`.

        Raises:
            NoSuchRun: none fits, or several do.
            DamagedRun: it can't be read.
        """
        from core.runs.lookup import named_run
        from core.runs.run import DamagedRun
        from core.runs.store import Store

        run = named_run(what, store or Store())
        s, known = run.setting, run.provenance.get(_SAMPLES)
        side = s.image_size
        usual = {"side": side, "places": [*range(side**2)], "least": 0, "greatest": 255}
        try:
            squares = Squares.from_json(usual if known is None else known, side)
        except ValueError as error:
            raise DamagedRun(f"{run.name} can't be used as a clusterer: {error}") from error
        loaded = cls(
            s.n_clusters, s.latent_dim, regularizer=s.to_text()["regularizer"],
            architecture=s.architecture, clustering=run.evaluation.method, epochs=s.epochs,
            batch_size=s.batch_size, learning_rate=s.learning_rate, random_state=s.seed,
        )  # fmt: skip
        loaded._squares, loaded.setting_ = squares, s
        loaded._seconds, loaded.history_ = 0.0, list(run.history)
        loaded._adopt(run.network)
        loaded.n_features_in_ = len(squares.places)
        loaded.latents_ = run.arrays["latents"].astype(np.float64)
        loaded.labels_ = run.arrays["clusters"].astype(np.int64)
        return loaded

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "labels_")

    @property
    def _n_features_out(self) -> int:
        return self.setting_.latent_dim


def _digest(X: Array) -> str:
    """The name of a data set of these samples."""
    return f"npz-{hashlib.sha256(repr(X.shape).encode() + X.tobytes()).hexdigest()[:12]}"


def _through(what: Callable[[Any], Any], values: Array) -> Array:
    """What a network makes of values (n, ...), some at a time."""
    import torch

    with torch.inference_mode():
        parts = [
            what(torch.from_numpy(values[start : start + _CHUNK]))
            for start in range(0, len(values), _CHUNK)
        ]
    found: Array = torch.cat(parts).numpy()
    return found
