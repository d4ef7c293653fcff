"""The catalogue of data sets: what is known of each without reading it.

To add one: its entry here, and where its files come from in `core/data/sources.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


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

    @property
    def noun(self) -> str:
        """What one of its classes is called: "digit", or "class"."""
        return "digit" if self.class_names == _DIGIT_NAMES else "class"


_TEN = tuple(range(10))
_EVEN = (0, 2, 4, 6, 8)
_DIGIT_NAMES = tuple(str(d) for d in _TEN)
_CLOTHES = tuple(
    "T-shirt,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot".split(",")
)
_HIRAGANA = tuple("お o,き ki,す su,つ tsu,な na,は ha,ま ma,や ya,れ re,を wo".split(","))

DATASETS: dict[str, DatasetInfo] = {
    "mnist": DatasetInfo("MNIST", 28, _DIGIT_NAMES, _EVEN),
    "digits": DatasetInfo("8x8 digits (scikit-learn)", 8, _DIGIT_NAMES, _EVEN),
    "fashion": DatasetInfo("Fashion-MNIST", 28, _CLOTHES, _TEN),
    "kmnist": DatasetInfo("Kuzushiji-MNIST", 28, _HIRAGANA, _TEN),
    "emnist": DatasetInfo("EMNIST digits", 28, _DIGIT_NAMES, _EVEN),
    "usps": DatasetInfo("USPS digits", 16, _DIGIT_NAMES, _EVEN),
}
NPZ_NAME = re.compile(r"npz-[0-9a-f]{12}")
_NPZ_INFO = DatasetInfo("Own images (.npz)", 28, tuple(str(c) for c in range(1000)), _TEN)
UNLABELLED_CLUSTERS = 10  # looked for in own images without labels, when nothing is said


def dataset_info(name: str) -> DatasetInfo:
    """The `DatasetInfo` of a data set's name, also of a user's own (`npz-` and 12 hex digits)."""
    return _NPZ_INFO if NPZ_NAME.fullmatch(name) else DATASETS[name]
