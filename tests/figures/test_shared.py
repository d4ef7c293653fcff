"""Names that figures of results share."""

import pytest

from core.figures.shared import apart, column_label


def test_a_score_says_which_way_is_better() -> None:
    assert column_label("acc").endswith("↑")
    assert column_label("reconstruction_mse").endswith("↓")
    assert column_label("sine.weight") == "sine weight"


@pytest.mark.parametrize(
    ("values", "moved"),
    [
        ([], []),
        ([0.5], [0.5]),
        ([0.0, 1.0], [0.0, 1.0]),
        ([0.5, 0.5], [0.45, 0.55]),
        ([0.5, 0.9, 0.5, 0.52], [0.406667, 0.9, 0.506667, 0.606667]),
        ([0.0, 0.06, 0.2], [-0.02, 0.08, 0.2]),
    ],
)
def test_labels_move_apart_as_little_as_they_must(values: list[float], moved: list[float]) -> None:
    assert apart(values, 0.1) == pytest.approx(moved, abs=1e-5)
