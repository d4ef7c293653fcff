"""Networks of the autoencoder, one a file: what is said of each, which images it takes, its layers.

To add one, write its file with a `NETWORK`; it is found by itself. Layers are made when `build` is
called, so that a Setting can check its network without importing torch.
"""

from __future__ import annotations

import importlib
import pkgutil

from core.networks.network import Network as Network
from core.networks.network import Parts as Parts

_FILES = sorted(module.name for module in pkgutil.iter_modules(__path__))
_FOUND = [
    getattr(importlib.import_module(f"{__name__}.{file}"), "NETWORK", None) for file in _FILES
]
NETWORKS: dict[str, Network] = {found.name: found for found in _FOUND if found is not None}
