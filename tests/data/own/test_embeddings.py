"""Embeddings that people bring are read in every form, and what is wrong with them is a sentence."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.errors import DataError
from core.data.own.embeddings import FoundEmbedding, read_embedding

N = 30
X = np.random.default_rng(0).normal(size=(N, 4)).astype(np.float32)
Y = np.arange(N) % 3
NAMES = np.array(["cat", "dog", "owl"])[Y]
WORDS = np.array([f"word {i}" for i in range(N)])
IMAGES = np.random.default_rng(1).integers(0, 256, (N, 6, 6), dtype=np.uint8)


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def parquet(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.to_parquet(file)
    return file.getvalue()


def tsv(rows: Any) -> bytes:
    return "\n".join("\t".join(map(str, row)) for row in rows).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


TABLE = pd.DataFrame(X, columns=list("abcd"))
PAIR = {
    "tensors.tsv": tsv(X.tolist()),
    "metadata.tsv": tsv([("word", "class"), *zip(WORDS, NAMES, strict=True)]),
}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a.npz": npz(X=X, labels=NAMES)}, id=".npz"),
        pytest.param({"x.npy": npy(X), "y.npy": npy(NAMES)}, id=".npy and labels beside it"),
        pytest.param({"x.npy": npy(X), "labels.txt": "\n".join(NAMES).encode()}, id=".npy, text"),
        pytest.param({"a.csv": TABLE.assign(label=NAMES).to_csv(index=False).encode()}, id="CSV"),
        pytest.param({"a.parquet": parquet(TABLE.assign(kind=NAMES))}, id="Parquet"),
        pytest.param(
            {"a.parquet": parquet(pd.DataFrame({"embedding": [*X], "label": NAMES}))},
            id="Parquet, a point in each cell",
        ),
        pytest.param(PAIR, id="Embedding Projector"),
        pytest.param({"a.zip": zipped(PAIR)}, id="Embedding Projector, in a zip"),
        pytest.param(
            {"a.tsv": PAIR["tensors.tsv"], "b_metadata.tsv": "\n".join(NAMES).encode()},
            id="Embedding Projector, one column",
        ),
    ],
)
def test_every_form_gives_the_same_points_and_labels(files: dict[str, bytes]) -> None:
    found = read_embedding(files)
    np.testing.assert_allclose(found.points, X, rtol=1e-6)
    assert found.labels is not None
    assert found.labels.tolist() == Y.tolist()
    assert found.classes == ("cat", "dog", "owl")


def test_names_and_images_come_along() -> None:
    found = read_embedding({"a.npz": npz(X=X, y=Y, images=IMAGES, names=WORDS)})
    assert found.classes == ("0", "1", "2")
    assert found.names is not None
    assert found.names.tolist() == WORDS.tolist()
    np.testing.assert_array_equal(found.images, IMAGES)
    pair = read_embedding(PAIR)
    assert pair.names is not None
    assert pair.names.tolist() == WORDS.tolist()
    assert pair.remarks == ("The labels are the column class of metadata.tsv.",)


def test_words_alone_are_names_and_no_labels() -> None:
    files = {"tensors.tsv": PAIR["tensors.tsv"], "metadata.tsv": "\n".join(WORDS).encode()}
    found = read_embedding(files)
    assert found.labels is None
    assert found.names is not None
    assert found.names.tolist() == WORDS.tolist()


def test_points_without_a_label_are_left_out_with_all_that_is_theirs() -> None:
    found = read_embedding({"a.npz": npz(X=X, y=np.where(Y == 1, np.nan, Y), images=IMAGES)})
    np.testing.assert_array_equal(found.points, X[Y != 1])
    np.testing.assert_array_equal(found.images, IMAGES[Y != 1])
    assert found.remarks == ("10 points without a label (NaN or empty) are left out.",)


def test_what_this_project_exports_is_read_again() -> None:
    from core.export.embedding_projector import files_of_embedding
    from core.runs.embedding import Embedding

    own = Embedding.of(FoundEmbedding(X, Y, ("cat", "dog", "owl")), "mine")
    files = files_of_embedding(own, own.shown(own.evaluated()[0]))
    found = read_embedding(files)
    np.testing.assert_array_equal(found.points.astype(np.float32), X)
    assert found.labels is not None
    assert found.labels.tolist() == Y.tolist()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param({}, "there is no file", id="nothing"),
        pytest.param({"a.pkl": b"\x80\x04}."}, "a pickle", id="a pickle"),
        pytest.param({"a.npz": npz(X=X, y=Y[:-1])}, "one for each row", id="a label too few"),
        pytest.param({"a.npz": npz(X=X, images=IMAGES[1:])}, "images must be 30", id="an image less"),
        pytest.param({"a.npz": npz(a=X, b=X)}, "a (30, 4), b (30, 4)", id="two tables"),
        pytest.param({**PAIR, "metadata.tsv": b"a\nb\n"}, "it has 2", id="too few rows beside it"),
        pytest.param({"a.parquet": b"PAR1xx"}, "can't be read as a table", id="no Parquet"),
        pytest.param({"a.h5": b"\x89HDF\r\n\x1a\n"}, "command line", id="HDF5 of a stranger"),
        pytest.param(
            {"a.npz": npz(X=X, y=np.array([{}] * N, dtype=object))}, "never unpickled", id="objects"
        ),
        pytest.param(
            {"photo.png": b"\x89PNG\r\n\x1a\n" + bytes(40)}, "png is a picture; it must be an .npz",
            id="a picture",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_sentence(files: dict[str, bytes], said: str) -> None:
    with pytest.raises(DataError) as caught:
        read_embedding(files, strangers=True)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"a.npz": npz(X=np.zeros((1000, 100)))}, id=".npz"),
        pytest.param({"a.parquet": parquet(pd.DataFrame(np.zeros((5000, 9))))}, id="Parquet"),
        pytest.param({"a.zip": zipped({"a.npy": npy(np.zeros((1000, 100)))})}, id="zip"),
    ],
)
def test_a_file_is_not_unpacked_beyond_the_limit(files: dict[str, bytes]) -> None:
    with pytest.raises(DataError, match="must have at most"):
        read_embedding(files, limit=50_000)


def test_classes_keep_their_numbers_as_names() -> None:
    found = read_embedding({"a.npz": npz(X=X, y=Y + 40)})
    assert found.classes == ("40", "41", "42")
