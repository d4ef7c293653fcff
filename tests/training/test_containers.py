"""Limits of memory as control groups of both versions write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.training.containers import Limit, memory_limit

V2 = ("memory.max", "memory.current", "inactive_file")
V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def _group(folder: Path, limit: object, used: int, names: tuple[str, str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 1\n{names[2]} 300\n")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own"
    path.write_text("0::/\n")
    return path


@pytest.mark.parametrize(("tree", "names"), [("", V2), ("memory", V1)], ids=["v2", "v1"])
def test_files_that_may_be_forgotten_are_free_memory(
    tmp_path: Path, own: Path, tree: str, names: tuple[str, str, str]
) -> None:
    _group(tmp_path / tree, 1000, 900, names)
    assert memory_limit(tmp_path, own) == Limit(1000, 400)


@pytest.mark.parametrize(
    ("tree", "names", "none"), [("", V2, "max"), ("memory", V1, 9223372036854771712)]
)
def test_no_limit_is_none(
    tmp_path: Path, own: Path, tree: str, names: tuple[str, str, str], none: object
) -> None:
    _group(tmp_path / tree, none, 900, names)
    assert memory_limit(tmp_path, own) is None
    assert memory_limit(tmp_path / "nowhere", tmp_path / "neither") is None


def test_each_group_above_limits_too(tmp_path: Path, own: Path) -> None:
    own.write_text("4:memory,cpu:/a/b\n1:cpuset:/x\n0::/s/t\n")
    _group(tmp_path / "memory" / "a", 5000, 1000, V1)
    _group(tmp_path / "memory" / "a" / "b", 9000, 100, V1)
    assert memory_limit(tmp_path, own) == Limit(5000, 4300)
    _group(tmp_path / "s" / "t", 800, 100, V2)
    assert memory_limit(tmp_path, own) == Limit(800, 800 - 100 + 300)


@pytest.mark.parametrize("text", ["", "no group", "0::/../../etc\n", "\0"])
def test_groups_of_any_text_are_none(tmp_path: Path, own: Path, text: str) -> None:
    own.write_text(text)
    assert memory_limit(tmp_path, own) is None
