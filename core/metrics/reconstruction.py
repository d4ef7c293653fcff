"""How well images are drawn again from their latents."""

from __future__ import annotations

import math

from core.metrics.metric import Metric

ROWS = (
    Metric(
        "reconstruction_mse", "MSE per pixel", "mean squared error",
        "Mean squared difference of a pixel between image and reconstruction. 0 or more; 0 is "
        "perfect.",
        "cost", ("reconstruction_mse",), float, "lower", (0, math.inf),
    ),
)  # fmt: skip
