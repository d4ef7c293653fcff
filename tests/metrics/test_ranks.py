"""Counts of smaller values: against numpy."""

from __future__ import annotations

import numpy as np
import pytest

from core.metrics.ranks import smaller


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_smaller_values_are_counted(dtype: type) -> None:
    values = np.random.default_rng(0).integers(0, 30, (7, 50)).astype(dtype)
    values[2, 3] = np.inf
    limits = values[:, ::17]  # not contiguous, and equal to some values
    expected = (values[:, None, :] < limits[:, :, None]).sum(axis=2)
    np.testing.assert_array_equal(smaller(values, limits), expected)


def test_one_row() -> None:
    np.testing.assert_array_equal(smaller(np.array([[3.0, 1, 2]]), np.array([[2.0, 9]])), [[1, 3]])
