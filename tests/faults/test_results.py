"""Results files and the index of anything: rows, or a sentence; never an error of the pages."""

from __future__ import annotations

from pathlib import Path

from core.compare import index
from core.runs.store import Store
from core.setting.paths import ROOT
from core.studies import results
from tests.faults.mutants import flipped, mutants, tried

LINES = (ROOT / "studies" / "results" / "headline.csv").read_bytes().split(b"\n")[:8]
CELLS = (
    b"",
    b"nan",
    b"inf",
    b"1e999",
    b"-1",
    b"9" * 5000,
    b"\r",
    b"\0",
    b'"',
    b"=1+1",
    b"\xff",
    b",",
)


def test_results_of_any_content(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    for chance in mutants("results"):
        if chance.random() < 0.5:
            content = flipped(b"\n".join(LINES), chance)
        else:
            lines = [line.split(b",") for line in LINES]
            for _ in range(chance.choice((1, 3, 20))):
                cells = chance.choice(lines)
                cells[chance.randrange(len(cells))] = chance.choice(CELLS)
            content = b"\n".join(b",".join(cells) for cells in lines)
        path.write_bytes(content)
        tried(lambda: [results.key_of(row) for row in results.read(path)], str(content))
        found = index.load(Store(tmp_path / "none"), tmp_path)
        assert len(found.rows) <= len(LINES)


def test_an_index_of_any_content_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\n".join(LINES))
    store = Store(tmp_path / "checkpoints")
    rows = index.load(store, tmp_path).rows
    path = store.cache("index.parquet")
    good = path.read_bytes()
    for chance in mutants("index"):
        path.write_bytes(flipped(good, chance))
        found: list[index.Index] = []
        tried(lambda found=found: found.append(index.load(store, tmp_path)))
        assert found[0].rows["id"].isin(rows["id"]).all()
