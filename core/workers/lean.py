"""A worker's imports without what it never uses."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_IMPORTER = "sklearn.utils.fixes"


class WithoutTables(MetaPathFinder):
    """Lets scikit-learn do without pandas, as where it is not installed.

    It imports pandas, and pandas pyarrow, to read data sets from OpenML: some 60 MB in each worker, and
    a fifth of a second. Who needs tables imports pandas, as ever.
    """

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where that one module is, with a loader that hides pandas from it."""
        if name != _IMPORTER or "pandas" in sys.modules:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        load = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            sys.modules["pandas"] = None  # type: ignore[assignment]  # "there is none", says Python
            try:
                load(module)
            finally:
                del sys.modules["pandas"]

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
