"""What importing the figures and the names of export formats may not load."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIGURES = sorted(
    f"core.figures.{file.stem}" for file in (ROOT / "core" / "figures").glob("[!_]*.py")
)
HEAVY = ("torch", "sklearn", "umap", "numba", "tensorboardX", "kaleido", "streamlit")


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [
        pytest.param(FIGURES, HEAVY, id="figures need plotly, numpy and pandas"),
        pytest.param(
            ["core.figures.style", "core.figures.images"], (*HEAVY, "pandas", "scipy"),
            id="colours and pages of images do without pandas",
        ),
        pytest.param(
            ["core.export.formats"], (*HEAVY, "pandas", "scipy", "plotly"),
            id="which formats there are is known at once",
        ),
    ],
)  # fmt: skip
def test_nothing_heavy_is_imported(modules: list[str], heavy: tuple[str, ...]) -> None:
    code = f"import sys, {', '.join(modules)}; print(*set({heavy!r}) & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == ""
