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
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.setting.errors import UserError

Value = int | float | str


class SettingError(UserError, ValueError):
    """A Setting that cannot be: the message names field, allowed values and what was given."""


# --------------------------------------------------------------------------------- data sets
@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set without reading it.

    Attributes:
        label: name for people.
        image_size: side of its square images in pixels; the default of `Setting.image_size`.
        class_names: one name per class, in the order of the labels.
        default_classes: what `Setting.digits` is when nothing is said.
    """

    label: str
    image_size: int
    class_names: tuple[str, ...]
    default_classes: tuple[int, ...]


_TEN = tuple(range(10))
_EVEN = (0, 2, 4, 6, 8)
_DIGIT_NAMES = tuple(str(d) for d in _TEN)
_CLOTHES = tuple(
    "T-shirt,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot".split(",")
)
_HIRAGANA = tuple("お o,き ki,す su,つ tsu,な na,は ha,ま ma,や ya,れ re,を wo".split(","))

DATASETS: dict[str, DatasetInfo] = {
    "mnist": DatasetInfo("MNIST digits", 28, _DIGIT_NAMES, _EVEN),
    "digits": DatasetInfo("8x8 digits (scikit-learn)", 8, _DIGIT_NAMES, _EVEN),
    "fashion": DatasetInfo("Fashion-MNIST", 28, _CLOTHES, _TEN),
    "kmnist": DatasetInfo("Kuzushiji-MNIST", 28, _HIRAGANA, _TEN),
    "emnist": DatasetInfo("EMNIST digits", 28, _DIGIT_NAMES, _EVEN),
    "usps": DatasetInfo("USPS digits", 16, _DIGIT_NAMES, _EVEN),
}
NPZ_NAME = re.compile(r"npz-[0-9a-f]{12}")
_NPZ_INFO = DatasetInfo("Own images (.npz)", 28, tuple(str(c) for c in range(1000)), _TEN)


def dataset_info(name: str) -> DatasetInfo:
    """The `DatasetInfo` of a data set's name, also of a user's own (`npz-` and 12 hex digits)."""
    return _NPZ_INFO if NPZ_NAME.fullmatch(name) else DATASETS[name]


# ------------------------------------------------------------------------------ regularizers
@dataclass(frozen=True)
class Parameter:
    """One parameter of a regularizer; its type is the type of `default` (float, int or str).

    Attributes:
        default: value when nothing is said.
        help: one plain sentence.
        minimum, maximum: inclusive range of a number.
        choices: allowed values of a str.
        label: name for people; empty: the parameter's own name in words.
        late: at its default it is left out of a Term, so that the names of Runs stored before it was
            added stay valid. The default must repeat what they did.
    """

    default: Value
    help: str
    minimum: float = 0.0
    maximum: float = math.inf
    choices: tuple[str, ...] = ()
    label: str = ""
    late: bool = False


@dataclass(frozen=True)
class RegularizerInfo:
    """What people read about a regularizer, and what a Setting checks of it.

    Attributes:
        name: identifier, as in `--regularizer NAME`.
        label: name for people.
        meaning: one plain sentence: what it does to the latent space.
        formula: LaTeX of the term as it is added to the loss.
        paper: where it comes from.
        parameters: by name.
        uses_labels: True marks the term "supervised" wherever it shows.
        schedule: where its defaults differ from those of `SCHEDULE`.
        has_penalty: False for a term that only changes the task: it has no weight that could grow.
        feeds_decoder: the decoder reads a code of the term's in place of the latent. A Setting may
            have one such term.
    """

    name: str
    label: str
    meaning: str
    formula: str
    paper: str
    parameters: Mapping[str, Parameter]
    uses_labels: bool = False
    schedule: Mapping[str, int] = dataclasses.field(default_factory=dict)
    has_penalty: bool = True
    feeds_decoder: bool = False


# Filled by core.regularizers, which `import core` always imports: a Setting can check names and
# parameters without this module importing any of them.
REGULARIZERS: dict[str, RegularizerInfo] = {}
MAX_TERMS = 4

# When a term acts: parameters that every term has.
SCHEDULE: dict[str, Parameter] = {
    "from_epoch": Parameter(
        1,
        "The first epoch in which the term acts; 0: when half of the epochs are over.",
        maximum=500,
        late=True,
    ),
    "until_epoch": Parameter(
        0, "The last epoch in which it acts; 0: to the end.", maximum=500, late=True
    ),
    "ramp_epochs": Parameter(
        0, "Epochs over which its weight grows from 0 to full.", maximum=500, late=True
    ),
}


def schedule_of(name: str) -> dict[str, Parameter]:
    """What of `SCHEDULE` the regularizer of that name has, with its own defaults."""
    info = REGULARIZERS[name]
    return {
        key: dataclasses.replace(p, default=info.schedule.get(key, p.default))
        for key, p in SCHEDULE.items()
        if info.has_penalty or key != "ramp_epochs"
    }


@dataclass(frozen=True)
class Term:
    """A regularizer and all its parameters, validated; text form `sine:weight=1.0,wavelength=2.0`.

    Parameters left out get their defaults, so two Terms that mean the same are equal.
    """

    name: str
    params: tuple[tuple[str, Value], ...] = ()

    def __post_init__(self) -> None:
        known = [name for name in REGULARIZERS if name != "none"]
        if self.name not in known:
            raise SettingError(f"regularizer must be {_or(['none', *known])}; got {self.name!r}")
        allowed = REGULARIZERS[self.name].parameters
        every = {**allowed, **schedule_of(self.name)}
        given = dict(self.params)
        for key in given:
            if key not in every:
                options = _or(list(allowed)) if allowed else "nothing (it has no parameters)"
                raise SettingError(
                    f"parameter of regularizer {self.name!r} must be {options}; got {key!r}"
                )
        full = (
            (key, _checked(f"{self.name}.{key}", given.get(key, p.default), type(p.default), p))
            for key, p in every.items()
        )
        kept = tuple((k, v) for k, v in full if not every[k].late or v != every[k].default)
        object.__setattr__(self, "params", kept)

    def full_params(self) -> dict[str, Value]:
        """Every parameter by name, also those that a Term leaves out at their defaults."""
        every = schedule_of(self.name) | dict(REGULARIZERS[self.name].parameters)
        return {key: p.default for key, p in every.items()} | dict(self.params)

    def strength(self, epoch: int, epochs: int) -> float:
        """Share of the term's weight that counts in an epoch (from 1 on) of so many, 0 to 1."""
        values = self.full_params()
        first, last, ramp = (int(values.get(key, 0)) for key in SCHEDULE)
        first = first or epochs // 2 + 1
        if epoch < first or (last and epoch > last):
            return 0.0
        return min(1.0, (epoch - first + 1) / (ramp + 1))

    def __str__(self) -> str:
        params = ",".join(f"{key}={value}" for key, value in self.params)
        return f"{self.name}:{params}" if params else self.name

    @classmethod
    def parse(cls, text: str) -> Term:
        """Read the text form; raises SettingError naming what is wrong."""
        name, _, rest = text.strip().partition(":")
        params: list[tuple[str, Value]] = []
        for part in filter(None, rest.split(",")):
            key, equals, value = part.partition("=")
            if not equals:
                raise SettingError(
                    f"regularizer parameters must be written name=value,...; got {part!r}"
                )
            params.append((key.strip(), value.strip()))
        return cls(name, tuple(params))


# ------------------------------------------------------------------------------------ fields
@dataclass(frozen=True)
class FieldInfo:
    """How a field of Setting is shown, checked and written; the metadata of the dataclass field.

    Attributes:
        label: name for people.
        help: one plain sentence.
        minimum, maximum: inclusive range of a number.
        choices: allowed values of a str (or of an int that has few).
        advanced: belongs behind "more" in a form.
        since_default: for a field added after Runs were stored: the value that old Runs had.
            At that value the field is left out of the hash, so their names stay valid.
    """

    label: str
    help: str
    minimum: float = 0.0
    maximum: float = math.inf
    choices: tuple[Value, ...] = ()
    advanced: bool = False
    since_default: Any = None


def _option(default: Any, label: str, help: str, **info: Any) -> Any:  # noqa: A002
    return dataclasses.field(default=default, metadata={"info": FieldInfo(label, help, **info)})


@dataclass(frozen=True)
class Setting:
    """What is trained, on what, and how. Immutable, validated and in canonical form.

    `digits` and `image_size` may be left out (None): they become what the data set suggests.

    Raises:
        SettingError: a value that is not allowed; the message names field, value and range.
    """

    dataset: str = _option(
        "mnist",
        "Data set",
        "The images. MNIST and the 8x8 digits come with the app, the others are downloaded once.",
    )
    digits: tuple[int, ...] = _option(
        None, "Digits", "The classes whose images are used; any subset.", maximum=999
    )
    image_size: int = _option(
        None,
        "Image size",
        "Side of the square images in pixels; smaller ones are means over pixels.",
        minimum=4,
        maximum=64,
        advanced=True,
    )
    pixel_range: int = _option(
        1,
        "Pixel range",
        "Pixels go from 0 to this value. The squared error, and with it the weight of every "
        "regularizer, is on this scale.",
        choices=(1, 255),
        advanced=True,
    )
    holdout: str = _option(
        "test",
        "Held out",
        "Images never seen in training, on which everything is measured: the data set's own test "
        "images, or the first 3,000 of its training images (as the post has it).",
        choices=("test", "first3000"),
        advanced=True,
    )
    architecture: str = _option(
        "mlp",
        "Network",
        "mlp: fully connected. conv: convolutional. conv-bn: convolutional with larger filters and "
        "batch normalisation. post: the blog post's 196-150-100-d network.",
        choices=("mlp", "conv", "conv-bn", "post"),
        advanced=True,
    )
    latent_dim: int = _option(
        3,
        "Latent dimension",
        "How many numbers the encoder may use to describe an image. Up to 3 are drawn as they "
        "are; above, a projection is drawn.",
        minimum=1,
        maximum=64,
    )
    regularizer: tuple[Term, ...] = _option(
        (), "Regularizer", "What is added to the reconstruction error to shape the latent space."
    )
    augmentation: str = _option(
        "views",
        "Augmentation",
        "Random affine changes of every image. views: only for the second view that some "
        "regularizers ask for. inputs: the encoder reads changed images, the decoder answers with "
        "clean ones. images: both see the changed ones.",
        choices=("views", "inputs", "images"),
        advanced=True,
        since_default="views",
    )
    rotation: float = _option(
        15.0, "Rotation", "Augmentation: at most that many degrees to either side.",
        maximum=180.0, advanced=True, since_default=15.0,
    )  # fmt: skip
    zoom: float = _option(
        0.15, "Zoom", "Augmentation: width and height each change by about this share at most "
        "(0.15: to between 0.87 and 1.18 times).",
        maximum=0.9, advanced=True, since_default=0.15,
    )  # fmt: skip
    shear: float = _option(
        0.3, "Shear", "Augmentation: at most this slant (0.3: 3 pixels sideways per 10 up).",
        maximum=1.0, advanced=True, since_default=0.3,
    )  # fmt: skip
    shift: float = _option(
        0.09, "Shift", "Augmentation: at most this share of the image's side, in any direction.",
        maximum=0.5, advanced=True, since_default=0.09,
    )  # fmt: skip
    elastic: float = _option(
        0.0, "Elastic", "Augmentation: size of smooth random warps, as a share of half the image's "
        "side (0.1: about one and a half pixels of 28); 0: none.",
        maximum=1.0, advanced=True, since_default=0.0,
    )  # fmt: skip
    learning_rate: float = _option(
        0.003, "Learning rate", "Step size of Adam.", minimum=1e-6, maximum=1.0, advanced=True
    )
    schedule: str = _option(
        "one-cycle",
        "Learning-rate schedule",
        "one-cycle: up over the first 15 % of the steps, then down to zero. cycles: one such cycle "
        "whenever a regularizer starts or ends. constant: as it is.",
        choices=("one-cycle", "cycles", "constant"),
        advanced=True,
    )
    batch_size: int = _option(
        128, "Batch size", "Images per step.", minimum=8, maximum=4096, advanced=True
    )
    epochs: int = _option(
        28, "Epochs", "How often training sees every image.", minimum=1, maximum=500
    )
    seed: int = _option(
        0,
        "Seed",
        "Initial weights, order of images and all noise follow from it.",
        maximum=2**31 - 1,
    )

    def __post_init__(self) -> None:
        put = object.__setattr__  # the dataclass is frozen; this is its constructor
        if self.dataset not in DATASETS and not NPZ_NAME.fullmatch(str(self.dataset)):
            raise SettingError(f"dataset must be {_or(list(DATASETS))}; got {self.dataset!r}")
        data = dataset_info(self.dataset)
        size: Any = self.image_size
        if size is None:
            put(self, "image_size", 14 if self.architecture == "post" else data.image_size)
        put(self, "digits", _digits(data.default_classes if self.digits is None else self.digits))
        unknown = [d for d in self.digits if d >= len(data.class_names)]
        if unknown:
            raise SettingError(
                f"digits must be from 0 to {len(data.class_names) - 1} for {data.label}; "
                f"got {unknown[0]}"
            )
        put(self, "regularizer", _terms(self.regularizer))
        for name, info in FIELDS.items():
            if name not in ("dataset", "digits", "regularizer"):
                kind = type(_DEFAULTS[name])
                put(self, name, _checked(name, getattr(self, name), kind, info))
        for term in self.regularizer:
            if not any(term.strength(epoch, self.epochs) for epoch in range(1, self.epochs + 1)):
                raise SettingError(
                    f"regularizer {term.name!r} never acts: its from_epoch must be at most epochs "
                    f"({self.epochs}) and its until_epoch 0 or not before from_epoch; got from_epoch "
                    f"{term.full_params()['from_epoch']}, until_epoch "
                    f"{term.full_params()['until_epoch']}"
                )
        if self.architecture == "post" and self.image_size != 14:
            raise SettingError(
                "image_size must be 14 for architecture 'post' (its first layer has 14 x 14 "
                f"inputs); got {self.image_size}"
            )
        if self.architecture in ("conv", "conv-bn") and self.image_size % 4:
            raise SettingError(
                f"image_size must be a multiple of 4 for architecture {self.architecture!r} (it "
                f"halves the image twice); got {self.image_size}"
            )

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
        if not isinstance(plain, dict):
            raise SettingError(f"a Setting must be a JSON object; got {type(plain).__name__}")
        _reject_unknown(plain)
        values = dict(plain)
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
        _reject_unknown(text)
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


FIELDS: dict[str, FieldInfo] = {f.name: f.metadata["info"] for f in dataclasses.fields(Setting)}
_DEFAULTS: dict[str, Any] = {f.name: f.default for f in dataclasses.fields(Setting)} | {
    "image_size": 28
}


# ----------------------------------------------------------------------------------- checks
def _or(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _reject_unknown(given: Mapping[str, Any]) -> None:
    for name in given:
        if name not in FIELDS:
            raise SettingError(f"a Setting's field must be {_or(list(FIELDS))}; got {name!r}")


def _number(value: Any, kind: type) -> int | float | None:
    """The value as `kind` (int or float), from a number or its text; None when it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
        if kind is float:
            return number if math.isfinite(number) else None
        # not int(number): a seed above 2**53 would be rounded instead of refused
        return int(value) if isinstance(value, int | str) or number == int(number) else None
    except (ValueError, OverflowError):
        return None


def _checked(name: str, value: Any, kind: type, info: FieldInfo | Parameter) -> Any:
    """`value` as `kind`, inside the range or among the choices of `info`."""
    if kind is str:
        if value not in info.choices:
            raise SettingError(
                f"{name} must be {_or([str(c) for c in info.choices])}; got {value!r}"
            )
        return value
    number = _number(value, kind)
    if info.choices:
        if number not in info.choices:
            raise SettingError(
                f"{name} must be {_or([str(c) for c in info.choices])}; got {value!r}"
            )
        return number
    if number is None or not info.minimum <= number <= info.maximum:
        what = "a whole number" if kind is int else "a number"
        bounds = f"from {info.minimum:g} to {info.maximum:.12g}"
        if info.maximum == math.inf:
            bounds = f"of at least {info.minimum:g}"
        raise SettingError(f"{name} must be {what} {bounds}; got {value!r}")
    return number


def _digits(value: Any) -> tuple[int, ...]:
    """Classes in order, without repetition; from a sequence or its text `0,2,4`."""
    parts = [p for p in value.split(",") if p.strip()] if isinstance(value, str) else value
    if isinstance(parts, int) and not isinstance(parts, bool):
        parts = [parts]
    if not isinstance(parts, list | tuple | set | frozenset):
        parts = [None]
    numbers = [_number(p, int) for p in parts]
    if not numbers or any(n is None or not 0 <= n <= 999 for n in numbers):
        raise SettingError(
            f"digits must be at least one class, written like 0,2,4,6,8; got {value!r}"
        )
    return tuple(sorted({int(n) for n in numbers if n is not None}))


def _terms(value: Any) -> tuple[Term, ...]:
    """Terms from their text form (joined by `+`, which a URL may turn into a space) or a tuple."""
    if isinstance(value, str):
        parts = [p for p in re.split(r"[+\s]+", value) if p]
        value = () if parts in ([], ["none"]) else tuple(Term.parse(p) for p in parts)
    if isinstance(value, Term):
        value = (value,)
    if not isinstance(value, tuple) or not all(isinstance(t, Term) for t in value):
        raise SettingError(f"regularizer must be Terms or their text; got {value!r}")
    names = [t.name for t in value]
    if len(names) > MAX_TERMS:
        raise SettingError(f"regularizer must have at most {MAX_TERMS} terms; got {len(names)}")
    if len(set(names)) < len(names):
        raise SettingError(f"regularizer must name each term once; got {'+'.join(names)}")
    feeding = [name for name in names if REGULARIZERS[name].feeds_decoder]
    if len(feeding) > 1:
        raise SettingError(
            f"regularizer must have at most one of the terms that decide what the decoder reads; "
            f"got {'+'.join(feeding)}"
        )
    return tuple(sorted(value, key=lambda t: t.name))  # one order, or equal Settings would differ
