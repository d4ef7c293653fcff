"""Trains once, so that processes forked afterwards begin with all that this has loaded and imported.

Imported by the server of `tests.faults.kills` alone.
"""

from __future__ import annotations

import torch

from core.runs.pipeline import make
from core.setting.setting import Setting

torch.set_num_threads(1)
make(Setting(dataset="digits", digits=(0, 1, 2), epochs=1, regularizer="idec"), threads=1)
