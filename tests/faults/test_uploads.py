"""Uploads of anything: images or a sentence, and no file takes long."""

from __future__ import annotations

import gzip

import plotly.graph_objects as go
import safetensors.numpy

from core.data.own.adding import look
from core.data.own.embeddings import read_embedding
from core.data.pictures import read_picture
from tests.data.own.forms import idx, images, labels, npy, npz, picture, zipped
from tests.faults.mutants import flipped, mutants, tried

IMAGES, LABELS = images(), labels()
TABLE = "\n".join(
    ["label," + ",".join(f"p{i}" for i in range(64))]
    + [",".join(map(str, [y, *x.ravel()])) for x, y in zip(IMAGES, LABELS, strict=True)]
).encode()
FORMS = {
    "a.npz": npz(images=IMAGES, labels=LABELS),
    "a.npy": npy(IMAGES),
    "a-images-idx3-ubyte": idx(IMAGES),
    "b-images-idx3-ubyte.gz": gzip.compress(idx(IMAGES)),
    "a.csv": TABLE,
    "a.safetensors": safetensors.numpy.save({"images": IMAGES, "labels": LABELS}),
    "a.zip": zipped({f"{LABELS[i]}/{i}.png": picture(IMAGES[i]) for i in range(len(IMAGES))}),
}  # fmt: skip
PAGE = (
    go.Figure(
        [
            go.Scatter3d(x=a, y=a + 1, z=list(a), mode="markers")
            for a in (IMAGES[0, 0], IMAGES[1, 1] / 9)
        ]
    )
    .to_html(include_plotlyjs=False)
    .encode()
)
PICTURES = [picture(IMAGES[0], form) for form in ("PNG", "JPEG", "WebP")]
LIMIT = 20_000_000


def test_uploads_of_any_content() -> None:
    for chance in mutants("upload"):
        name = chance.choice(list(FORMS))
        content = flipped(FORMS[name], chance)
        files = {name: content}
        tried(lambda files=files: look(files, limit=LIMIT, strangers=True).preview.sentences())


def test_pages_of_plotly_of_any_content() -> None:
    for chance in mutants("plotly page"):
        content = flipped(PAGE, chance)
        tried(lambda content=content: read_embedding({"a.html": content}, limit=LIMIT))


def test_pictures_of_any_content() -> None:
    for chance in mutants("picture"):
        content = flipped(chance.choice(PICTURES), chance)
        tried(lambda content=content: read_picture(content))
