"""What imports what, and what no file may do: unpickle, need streamlit in core, rerun to save."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LEVELS = [
    {"arrays", "cloud", "config", "figures", "files", "methods", "pictures", "sprites", "words"},
    {
        "augmentation",
        "guards",
        "inference",
        "regularizers",
        "neighbours",
        "recipes",
        "sources",
        "study",
        "umap_kernel",
    },
    {"evaluation", "metrics", "umap_layout"},
    {"npz", "models", "pairs", "projection", "references", "results", "tables", "verdict"},
    {"clustering"},
    {"data", "frames", "scoring", "statistics"},
    {"replay"},
    {"training"},
    {"checkpoints"},
    {"index", "pipeline", "projector"},
    {"compare", "events", "jobs", "trial"},
    {"compare_figures", "estimate", "export"},
    {"compare_forest", "compare_maps", "engine"},
    {"workers"},
    {"ray_engine", "sweep"},
    {"progress", "sweep_jobs"},
    {"__main__"},
]
FILES = sorted((ROOT / "core").rglob("*.py"))


def _level(module: str) -> int:
    return next(i for i, names in enumerate(LEVELS) if module in names)


def test_core_imports_without_streamlit() -> None:
    modules = "core.__main__, core.sweep_jobs, core.figures"
    code = f"import sys; sys.modules['streamlit'] = None; import {modules}"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_arrows_point_one_way(file: Path) -> None:
    import ast

    parts = file.relative_to(ROOT / "core").with_suffix("").parts
    if parts == ("__init__",):
        return
    own = _level(parts[0])
    for node in ast.walk(ast.parse(file.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            top = node.module.split(".")
            names = [a.name for a in node.names] if top == ["core"] else top[1:2]
            names = names if top[0] == "core" else []
        for name in names:
            if name != parts[0]:
                assert _level(name) < own, f"{parts[0]} imports {name}"


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_nothing_is_unpickled(file: Path) -> None:
    text = file.read_text().replace("safetensors.torch.load(", "")  # reads no pickles
    for word in ("import pickle", "torch.load(", "allow_pickle=True"):
        assert word not in text


PAGES = sorted((ROOT / "pages").rglob("*.py"))


@pytest.mark.parametrize("file", PAGES, ids=lambda f: str(f.relative_to(ROOT)))
def test_no_download_runs_the_page_again(file: Path) -> None:
    """The next run would take away the file that the click had asked for."""
    import ast

    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "download_button":
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            assert ast.unparse(given.get("on_click", ast.Constant(None))) == "'ignore'"
