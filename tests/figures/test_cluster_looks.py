"""Clusters are called and coloured by the digits that they stand for."""

from core.figures.cluster_looks import cluster_looks
from core.figures.style import SPARE_COLOURS, class_shades

NAMES = tuple("0123456789")


def test_a_matched_cluster_has_its_digits_name_and_colour():
    looks = cluster_looks([0, 1], {0: 4, 1: 2}, NAMES)
    assert list(looks.items()) == [
        (1, ("1 ≈ digit 2", class_shades(2))),
        (0, ("0 ≈ digit 4", class_shades(4))),
    ]


def test_a_class_that_is_no_digit_is_called_by_its_name():
    assert cluster_looks([3], {3: 1}, ("shirt", "coat"))[3].name == "3 ≈ coat"


def test_surplus_clusters_have_colours_that_no_matched_one_has_and_noise_is_last():
    looks = cluster_looks([-1, 0, 1, 2], {1: 0}, NAMES)
    assert list(looks) == [1, 0, 2, -1]
    assert [looks[c].shades for c in (0, 2, -1)] == [class_shades(c) for c in (1, 2, -1)]
    assert looks[-1].name == "noise"


def test_of_more_than_ten_the_surplus_is_grey():
    looks = cluster_looks(range(12), {c: c for c in range(10)}, NAMES)
    assert [looks[c].shades for c in (10, 11)] == list(SPARE_COLOURS[:2])
    assert len({look.shades for look in looks.values()}) == 12


def test_without_labels_the_number_chooses_the_colour():
    assert cluster_looks([1, 0], None)[1] == ("1", class_shades(1))
