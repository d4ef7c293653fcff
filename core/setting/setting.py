"""Setting: one frozen, validated description of what is trained and on what.

A Setting is the row of a table, the URL of a page, the options of the command line and, hashed, the
name of a folder in `checkpoints/`. All of these are derived from the fields of the dataclass below
and their metadata (`FieldInfo`); there is no second list of them anywhere. This module imports
nothing heavy.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.networks import NETWORKS
from core.setting.checks import checked, listed, mapping, only_known, quoted
from core.setting.datasets import DATASETS as DATASETS
from core.setting.datasets import NPZ_NAME as NPZ_NAME
from core.setting.datasets import UNLABELLED_CLUSTERS
from core.setting.datasets import dataset_info as dataset_info
from core.setting.errors import SettingError as SettingError
from core.setting.fields import FieldInfo as FieldInfo
from core.setting.fields import digits_from, option
from core.setting.menu import REGULARIZERS as REGULARIZERS
from core.setting.menu import Parameter as Parameter
from core.setting.menu import RegularizerInfo as RegularizerInfo
from core.setting.menu import schedule_of as schedule_of
from core.setting.term import MAX_TERMS as MAX_TERMS
from core.setting.term import Term as Term
from core.setting.term import terms_from


@dataclass(frozen=True)
class Setting:
    """What is trained, on what, and how. Immutable, validated and in canonical form.

    `digits` and `image_size` may be left out (None): they become what the data set suggests.

    Raises:
        SettingError: a value that is not allowed; the message names field, value and range.
    """

    dataset: str = option(
        "mnist",
        "Data set",
        "The images. MNIST and the 8x8 digits come with the app, the others are downloaded once.",
    )
    digits: tuple[int, ...] = option(
        None, "Digits", "The classes whose images are used; any subset.", maximum=999
    )
    clusters: int = option(
        0,
        "Clusters looked for",
        "How many clusters are looked for, by terms with clusters and when clusters are found; "
        "0: as many as classes are chosen.",
        maximum=1000,
        advanced=True,
        since_default=0,
    )
    image_size: int = option(
        None,
        "Image size",
        "Side of the square images in pixels; smaller ones are means over pixels.",
        minimum=4,
        maximum=64,
        advanced=True,
    )
    pixel_range: int = option(
        1,
        "Pixel range",
        "Pixels go from 0 to this value. The squared error, and with it the weight of every "
        "regularizer, is on this scale.",
        choices=(1, 255),
        advanced=True,
    )
    holdout: str = option(
        "test",
        "Held out",
        "Images never seen in training, on which everything is measured: the data set's own test "
        "images, or the first 3,000 of its training images (as the post has it).",
        choices=("test", "first3000"),
        advanced=True,
    )
    architecture: str = option(
        "mlp",
        "Network",
        " ".join(f"{network.name}: {network.meaning}" for network in NETWORKS.values()),
        choices=tuple(NETWORKS),
        advanced=True,
    )
    latent_dim: int = option(
        3,
        "Latent dimension",
        "How many numbers the encoder may use to describe an image. Up to 3 are drawn as they "
        "are; above, a projection is drawn.",
        minimum=1,
        maximum=64,
    )
    regularizer: tuple[Term, ...] = option(
        (), "Regularizer", "What is added to the reconstruction error to shape the latent space."
    )
    augmentation: str = option(
        "views",
        "Augmentation",
        "Random affine changes of every image. views: only for the second view that some "
        "regularizers ask for. inputs: the encoder reads changed images, the decoder answers with "
        "clean ones. images: both see the changed ones.",
        choices=("views", "inputs", "images"),
        advanced=True,
        since_default="views",
    )
    rotation: float = option(
        15.0, "Rotation", "Augmentation: at most that many degrees to either side.",
        maximum=180.0, advanced=True, since_default=15.0,
    )  # fmt: skip
    zoom: float = option(
        0.15, "Zoom", "Augmentation: width and height each change by about this share at most "
        "(0.15: to between 0.87 and 1.18 times).",
        maximum=0.9, advanced=True, since_default=0.15,
    )  # fmt: skip
    shear: float = option(
        0.3, "Shear", "Augmentation: at most this slant (0.3: 3 pixels sideways per 10 up).",
        maximum=1.0, advanced=True, since_default=0.3,
    )  # fmt: skip
    shift: float = option(
        0.09, "Shift", "Augmentation: at most this share of the image's side, in any direction.",
        maximum=0.5, advanced=True, since_default=0.09,
    )  # fmt: skip
    elastic: float = option(
        0.0, "Elastic", "Augmentation: size of smooth random warps, as a share of half the image's "
        "side (0.1: about one and a half pixels of 28); 0: none.",
        maximum=1.0, advanced=True, since_default=0.0,
    )  # fmt: skip
    learning_rate: float = option(
        0.003, "Learning rate", "Step size of Adam.", minimum=1e-6, maximum=1.0, advanced=True
    )
    schedule: str = option(
        "one-cycle",
        "Learning-rate schedule",
        "one-cycle: up over the first 15 % of the steps, then down to zero. cycles: one such cycle "
        "whenever a regularizer starts or ends. constant: as it is.",
        choices=("one-cycle", "cycles", "constant"),
        advanced=True,
    )
    batch_size: int = option(
        128, "Batch size", "Images per step.", minimum=8, maximum=4096, advanced=True
    )
    epochs: int = option(
        28, "Epochs", "How often training sees every image.", minimum=1, maximum=500
    )
    seed: int = option(
        0,
        "Seed",
        "Initial weights, order of images and all noise follow from it.",
        maximum=2**31 - 1,
    )

    def __post_init__(self) -> None:
        put = object.__setattr__  # the dataclass is frozen; this is its constructor
        known = isinstance(self.dataset, str) and self.dataset in DATASETS
        if not known and not (isinstance(self.dataset, str) and NPZ_NAME.fullmatch(self.dataset)):
            raise SettingError(
                f"dataset must be {listed(DATASETS)}, or the name of your own images (npz-...) that "
                f"python -m core add prints; got {quoted(self.dataset)}"
            )
        data = dataset_info(self.dataset)
        digits: Any = self.digits
        if digits is None:
            digits = data.default_classes
            if not data.labelled and self.clusters == 0:
                put(self, "clusters", UNLABELLED_CLUSTERS)
        put(self, "digits", digits_from(digits))
        unknown = [d for d in self.digits if d >= len(data.class_names)]
        if unknown:
            raise SettingError(
                f"digits must be from 0 to {len(data.class_names) - 1} for {data.label}; "
                f"got {unknown[0]}"
            )
        put(self, "regularizer", terms_from(self.regularizer))
        size: Any = self.image_size
        if size is None:
            is_text = isinstance(self.architecture, str)
            network = NETWORKS.get(self.architecture) if is_text else None
            put(self, "image_size", (network and network.image_size) or data.image_size)
        for name, info in FIELDS.items():
            if name not in ("dataset", "digits", "regularizer"):
                kind = type(_DEFAULTS[name])
                put(self, name, checked(name, getattr(self, name), kind, info, SettingError))
        if refusal := NETWORKS[self.architecture].refuses(self.image_size):
            raise SettingError(refusal)
        self._check_terms_act()

    def _check_terms_act(self) -> None:
        for term in self.regularizer:
            if not any(term.strength(epoch, self.epochs) for epoch in range(1, self.epochs + 1)):
                params = term.full_params()
                raise SettingError(
                    f"regularizer {term.name!r} never acts: its from_epoch must be at most epochs "
                    f"({self.epochs}) and its until_epoch 0 or not before from_epoch; got from_epoch "
                    f"{params['from_epoch']}, until_epoch {params['until_epoch']}"
                )

    @property
    def n_clusters(self) -> int:
        """How many clusters are looked for: `clusters`, or else as many as classes are chosen."""
        return self.clusters or len(self.digits)

    # ------------------------------------------------------------------------------- JSON
    def to_json(self) -> dict[str, Any]:
        """Plain values for json.dumps; `from_json` is its inverse."""
        plain = {name: getattr(self, name) for name in FIELDS}
        plain["digits"] = list(self.digits)
        plain["regularizer"] = [{"name": t.name, **dict(t.params)} for t in self.regularizer]
        return plain

    @classmethod
    def from_json(cls, plain: Any) -> Setting:
        """Read what `to_json` wrote. Raises SettingError on anything else."""
        values = dict(mapping("a Setting", plain, SettingError))
        only_known("a Setting's field", values, FIELDS, SettingError)
        terms = values.get("regularizer", [])
        if not isinstance(terms, list) or not all(
            isinstance(t, dict) and "name" in t for t in terms
        ):
            raise SettingError("regularizer must be a list of objects with a name")
        values["regularizer"] = tuple(
            Term(str(t["name"]), tuple((k, v) for k, v in t.items() if k != "name")) for t in terms
        )
        return cls(**values)

    # ------------------------------------------------------- text: URL and command line
    def to_text(self) -> dict[str, str]:
        """Every field as text, for a URL's parameters or command-line options."""
        text = {name: str(getattr(self, name)) for name in FIELDS}
        text["digits"] = ",".join(map(str, self.digits))
        text["regularizer"] = "+".join(map(str, self.regularizer)) or "none"
        return text

    @classmethod
    def from_text(cls, text: Mapping[str, str]) -> Setting:
        """Read `to_text`, or part of it: fields left out get their defaults.

        Raises:
            SettingError: an unknown field or a value that is not allowed.
        """
        only_known("a Setting's field", text, FIELDS, SettingError)
        return cls(**{name: value.strip() for name, value in text.items()})  # type: ignore[arg-type]

    def command(self) -> str:
        """The command line that trains this Setting."""
        options = " ".join(
            f"--{name.replace('_', '-')} {value}" for name, value in self.to_text().items()
        )
        return f"python -m core train {options}"

    # -------------------------------------------------------------------------------- name
    @property
    def hash(self) -> str:
        """Ten hex digits that stay the same for the same Setting, on every machine."""
        plain = {
            name: value
            for name, value in self.to_json().items()
            if (old := FIELDS[name].since_default) is None or value != old
        }
        text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:10]

    @property
    def name(self) -> str:
        """Name of the Run's folder: what people look for, then the hash."""
        digits = (
            "".join(map(str, self.digits))
            if max(self.digits) < 10
            else "-".join(map(str, self.digits))
        )
        terms = "+".join(t.name for t in self.regularizer) or "none"
        dataset = self.dataset.replace("npz-", "npz")
        return f"{dataset}-{digits[:24]}-{self.latent_dim}d-{terms}-s{self.seed}-{self.hash}"

    def replace(self, **changes: Any) -> Setting:
        """A copy with other values, validated."""
        return dataclasses.replace(self, **changes)

    def with_clusters(self, k: int) -> Setting:
        """The same, looking for k clusters; as many as classes is 0, so that it keeps one name."""
        return self.replace(clusters=0 if k == len(self.digits) else k)


FIELDS: dict[str, FieldInfo] = {f.name: f.metadata["info"] for f in dataclasses.fields(Setting)}
_DEFAULTS: dict[str, Any] = {f.name: f.default for f in dataclasses.fields(Setting)} | {
    "image_size": 28
}
