"""Names that figures of results share."""

from core.figures.shared import column_label


def test_a_score_says_which_way_is_better() -> None:
    assert column_label("acc").endswith("↑")
    assert column_label("reconstruction_mse").endswith("↓")
    assert column_label("sine.weight") == "sine weight"
