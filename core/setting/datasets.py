"""The catalogue of data sets: what is known of each without reading it.

To add one: its entry here, and its files in `core/data/archives.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from core.setting.own_datasets import OwnInfo, own_info


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set without reading it.

    Attributes:
        label: name for people.
        image_size: side of its square images in pixels; the default of `Setting.image_size`.
        class_names: one name per class, in the order of the labels.
        default_classes: what `Setting.digits` is when nothing is said.
        own: somebody's own images, of which is known what they have.
        labelled: its images have classes.
        megabytes: of its files, where they must be downloaded; 0: never.
    """

    label: str
    image_size: int
    class_names: tuple[str, ...]
    default_classes: tuple[int, ...]
    own: bool = False
    labelled: bool = True
    megabytes: int = 0

    @property
    def noun(self) -> str:
        """What one of its classes is called: "digit", or "class"."""
        return "digit" if self.class_names == _DIGIT_NAMES and not self.own else "class"


_TEN = tuple(range(10))
_EVEN = (0, 2, 4, 6, 8)
_DIGIT_NAMES = tuple(str(d) for d in _TEN)
_CLOTHES = tuple(
    "T-shirt,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot".split(",")
)
_HIRAGANA = tuple("お o,き ki,す su,つ tsu,な na,は ha,ま ma,や ya,れ re,を wo".split(","))

DATASETS: dict[str, DatasetInfo] = {
    "mnist": DatasetInfo("MNIST", 28, _DIGIT_NAMES, _EVEN, megabytes=12),
    "digits": DatasetInfo("8x8 digits (scikit-learn)", 8, _DIGIT_NAMES, _EVEN),
    "fashion": DatasetInfo("Fashion-MNIST", 28, _CLOTHES, _TEN, megabytes=31),
    "kmnist": DatasetInfo("Kuzushiji-MNIST", 28, _HIRAGANA, _TEN, megabytes=21),
    "emnist": DatasetInfo("EMNIST digits", 28, _DIGIT_NAMES, _EVEN, megabytes=562),
    "usps": DatasetInfo("USPS digits", 16, _DIGIT_NAMES, _EVEN, megabytes=8),
}
NPZ_NAME = re.compile(r"npz-[0-9a-f]{12}")
_NUMBERS = tuple(str(c) for c in range(1000))
_NPZ_INFO = DatasetInfo("Own images", 28, _NUMBERS, _TEN)
UNLABELLED_CLUSTERS = 10  # looked for in own images without labels, when nothing is said


def dataset_info(name: str, root: Path | None = None) -> DatasetInfo:
    """The `DatasetInfo` of a data set's name, also of a user's own (`npz-` and 12 hex digits).

    Args:
        name: of the data set.
        root: folder of the data sets, for a user's own; default: `data`.
    """
    if not NPZ_NAME.fullmatch(name):
        return DATASETS[name]
    own = own_info(name, root)
    return _NPZ_INFO if own is None else _own(own)


def _own(own: OwnInfo) -> DatasetInfo:
    label = own.label or _NPZ_INFO.label
    if not own.names:
        return DatasetInfo(label, own.image_size, _NUMBERS, (0,), own=True, labelled=False)
    return DatasetInfo(label, own.image_size, own.names, own.present, own=True)
