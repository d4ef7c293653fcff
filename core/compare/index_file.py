"""What was read for the index, kept in one file with the time and size of each source.

It is a Parquet file behind its SHA-256: a flipped bit must not change a score.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.compare.sources import SCHEMA, UNREADABLE, Row, Stamps, read_source
from core.runs.files import replace_synced
from core.runs.store import Store
from core.setting.plain_files import read_plain

FORMAT = "latent-clusters-index/1"  # the number rises when the same sources would give other rows
MAX_BYTES = 1_000_000_000
_SUM = 32  # bytes of the checksum


class Kept(NamedTuple):
    """What the file holds: rows (not yet one a Setting) and, by source, stamp and what was left out."""

    table: pa.Table
    stamps: Stamps
    left_out: dict[str, dict[str, int]]


def read_kept(path: Path) -> Kept:
    """What an earlier call kept; nothing when there is no such file or it can't be used."""
    nothing = Kept(SCHEMA.empty_table(), {}, {})
    try:
        content = read_plain(path, MAX_BYTES)
        if hashlib.sha256(content[_SUM:]).digest() != content[:_SUM]:
            return nothing
        table = pq.read_table(pa.BufferReader(content[_SUM:]))
        about = json.loads(table.schema.metadata[FORMAT.encode()])
        stamps = {str(k): (int(v[0]), int(v[1])) for k, v in about["stamps"].items()}
        left_out = {str(k): {str(a): int(b) for a, b in v.items()} for k, v in about["out"].items()}
        table.validate(full=True)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return nothing
    except pa.ArrowException:
        return nothing
    return Kept(table, stamps, left_out) if table.schema.equals(SCHEMA) else nothing


def keep(path: Path, kept: Kept) -> None:
    """Write the file as a whole.

    Raises:
        OSError: the disk does not take it.
    """
    about = json.dumps({"stamps": kept.stamps, "out": kept.left_out})
    sink = pa.BufferOutputStream()
    pq.write_table(kept.table.replace_schema_metadata({FORMAT: about}), sink)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = sink.getvalue().to_pybytes()
    replace_synced(path, hashlib.sha256(content).digest() + content)


def renewed(kept: Kept, sources: Stamps, store: Store, folder: Path) -> Kept:
    """What is kept, without sources that are gone or older, with those that are new."""
    same = {source for source, found in sources.items() if kept.stamps.get(source) == found}
    mask = pc.is_in(kept.table["origin"], pa.array(sorted(same), pa.string()))
    rows: list[Row] = []
    left_out = {source: why for source, why in kept.left_out.items() if source in same}
    for source in sources:
        if source not in same:
            found, why = read_source(source, store, folder)
            rows += found
            if why:
                left_out[source] = why
    # what could not be read is not damaged: it is tried again the next time
    stamps = {s: stamp for s, stamp in sources.items() if UNREADABLE not in left_out.get(s, ())}
    fresh = pa.Table.from_pylist(rows, SCHEMA)
    return Kept(pa.concat_tables([kept.table.filter(mask), fresh]), stamps, left_out)
