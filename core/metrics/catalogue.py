"""All metrics, in the order in which they are shown. Imports nothing heavy.

To add one, write its formula and its row in one of the files below: everything that names, draws,
compares or exports scores follows `METRICS`.
"""

from __future__ import annotations

from core.metrics import agreement, neighbourhood, reconstruction, separation
from core.metrics.metric import Metric

METRICS: dict[str, Metric] = {
    metric.key: metric
    for file in (agreement, separation, neighbourhood, reconstruction)
    for metric in file.ROWS
}
