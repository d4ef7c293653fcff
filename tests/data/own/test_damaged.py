"""Strangers' files: bombs, lying headers, cut files and pickles end in a sentence, in little memory."""

from __future__ import annotations

import gzip
import io
import pickle
import struct
import sys
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import scipy.io
import torch

from core.data.errors import DataError
from core.data.own.adding import look
from core.data.own.reading import read
from tests.data.own import forms

X, Y = forms.images(), forms.labels()
LIMIT = 10_000_000
ZEROS = bytes(30_000_000)


def header(shape: tuple[int, ...], dtype: str = "|u1") -> bytes:
    array = io.BytesIO()
    about = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(array, about)
    return array.getvalue()


def line(image: np.ndarray[Any, Any]) -> bytes:
    return b",".join(b"%d" % value for value in image.flat)


def stored(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def matlab(**arrays: Any) -> bytes:
    file = io.BytesIO()
    scipy.io.savemat(file, arrays, do_compression=True)
    return file.getvalue()


def matlab_bomb() -> bytes:
    """A .mat whose one element unpacks to 30 MB, whatever it says."""
    inside = zlib.compress(struct.pack("<2I", 14, 100) + ZEROS)
    return (
        b"MATLAB 5.0 MAT-file".ljust(124) + b"\0\1IM" + struct.pack("<2I", 15, len(inside)) + inside
    )


def png_bomb() -> bytes:
    """A PNG whose header says 60,000 x 60,000 pixels."""
    content = bytearray(forms.picture(X[0]))
    content[16:24] = struct.pack(">2I", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


def links() -> bytes:
    """A zip with nothing but links to a file of the system."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for i in range(20):
            member = zipfile.ZipInfo(f"{i}.png")
            member.external_attr = 0o120777 << 16
            archive.writestr(member, "/etc/passwd")
    return file.getvalue()


def locked() -> bytes:
    content = bytearray(forms.zipped({"a.csv": b"1,2", "b.csv": b"1,2"}))
    for sign, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        where = content.index(sign)
        content[where + at] |= 1
    return bytes(content)


def many_files() -> bytes:
    return forms.zipped({"a.csv": b"1,2"}) + b"PK\x01\x02" * 300_000


PICTURES = {f"{i}.png": forms.picture(X[i]) for i in range(12)}


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        pytest.param(
            "a.npz", lambda: forms.zipped({"x.npy": ZEROS}), "at most 10 MB", id=".npz: bomb"
        ),
        pytest.param(
            "a.npz", lambda: stored({"x.npy": header((10**10, 10, 10))}), "promises",
            id=".npz: a header that promises a terabyte",
        ),
        pytest.param(
            "a.npz", lambda: stored({f"{i}.npy": header((0,)) for i in range(101)}), "at most 100",
            id=".npz: 101 arrays",
        ),
        pytest.param(
            "a.npz", lambda: forms.npz(images=np.array([{}], dtype=object)), "never unpickled",
            id=".npz: pickle",
        ),
        pytest.param(
            "a.npz", lambda: forms.npz(images=X, labels=np.array([print] * 40)), "never unpickled",
            id=".npz: pickle in labels",
        ),
        pytest.param("a.npz", lambda: forms.npz(images=X)[:-40], "damaged", id=".npz: cut off"),
        pytest.param(
            "a.npy", lambda: header((10**6, 10**6)), "promises", id=".npy: promises a terabyte"
        ),
        pytest.param("a.npy", lambda: forms.npy(X)[:-500], "promises", id=".npy: cut off"),
        pytest.param(
            "a.npy", lambda: forms.npy(np.array([{}], dtype=object)), "never unpickled",
            id=".npy: pickle",
        ),
        pytest.param("a-idx3-ubyte", lambda: forms.idx(X)[:-5], "header says", id="IDX: cut off"),
        pytest.param("a-idx3-ubyte", lambda: forms.idx(X) + b"!", "header says", id="IDX: too long"),
        pytest.param(
            "a-idx3-ubyte", lambda: struct.pack(">2xBB3I", 8, 3, 2**31, 2**31, 2**31), "header says",
            id="IDX: promises more than there is on Earth",
        ),
        pytest.param(
            "a-idx3-ubyte.gz", lambda: gzip.compress(forms.idx(X))[:-30], "cut off",
            id="gzip: cut off",
        ),
        pytest.param("a.csv.gz", lambda: gzip.compress(ZEROS), "no form|at most", id="gzip: bomb"),
        pytest.param(
            "a.csv.gz", lambda: gzip.compress(b"1," * 15_000_000), "at most 10 MB",
            id="CSV in gzip: bomb",
        ),
        pytest.param("a.csv", lambda: b"1,2,3\n4,5,6\n", "got 3 columns", id="CSV: three columns"),
        pytest.param("a.csv", lambda: b"1," * 100_000, "at most", id="CSV: 100,000 columns"),
        pytest.param(
            "a.csv", lambda: (b"1," * 16 + b"2\n") * 20 + b"1," * 30 + b"1\n", "can't be read",
            id="CSV: a longer line",
        ),
        pytest.param(
            "a.csv", lambda: (b"a," * 16 + b"2\n") * 20, "columns of a table|must be numbers",
            id="CSV: texts for pixels",
        ),
        pytest.param("a.mat", matlab_bomb, "at most 10 MB", id=".mat: bomb"),
        pytest.param("a.mat", lambda: matlab(X=X)[:-50], "damaged", id=".mat: cut off"),
        pytest.param(
            "a.mat", lambda: matlab(s={"a": 1}), "arrays of numbers", id=".mat: a structure alone"
        ),
        pytest.param(
            "a.safetensors", lambda: safetensors.numpy.save({"images": X})[:-5], "damaged",
            id="safetensors: cut off",
        ),
        pytest.param("a.zip", lambda: forms.zipped({"x.csv": ZEROS}), "at most 10 MB", id="zip: bomb"),
        pytest.param("a.zip", lambda: forms.zipped(PICTURES)[:-40], "damaged", id="zip: cut off"),
        pytest.param("a.zip", many_files, "at most 201,000 files", id="zip: 300,000 files"),
        pytest.param("a.zip", locked, "password", id="zip: with a password"),
        pytest.param("a.zip", links, "no file in", id="zip: links alone"),
        pytest.param("a.zip", lambda: forms.zipped({}), "no file in", id="zip: empty"),
        pytest.param("a.png", lambda: forms.picture(X[0]), "single picture", id="one picture"),
        pytest.param("a.pkl", lambda: pickle.dumps(X), "never opened", id="a pickle"),
        pytest.param("a.txt", lambda: b"", "is empty", id="an empty file"),
        pytest.param("a.bin", lambda: b"\x07" * 99, "no form", id="anything"),
        pytest.param("a.npz", lambda: b"<!DOCTYPE html><p>404, gone", "web page", id="a web page"),
        pytest.param(
            "a.npz", lambda: b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull",
            id="a pointer of Git LFS",
        ),
    ],
)  # fmt: skip
def test_a_strangers_file_ends_in_a_sentence(
    name: str, make: Callable[[], bytes], message: str, tmp_path: Path
) -> None:
    content = make()
    (tmp_path / name).write_bytes(content)
    for source in ({name: content}, tmp_path / name):
        tracemalloc.start()
        try:
            with pytest.raises(DataError, match=message):
                read(source, LIMIT)
            assert tracemalloc.get_traced_memory()[1] < 8 * LIMIT
        finally:
            tracemalloc.stop()


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    torch.save({"images": torch.from_numpy(X)}, tmp_path / "a.pt")
    with pytest.raises(DataError, match="never opened"):
        read(tmp_path / "a.pt")


def test_a_picture_that_boasts_of_its_size_is_left_out() -> None:
    found = look(PICTURES | {"z.png": png_bomb()})
    assert len(found.images) == 12
    assert "1 damaged pictures were left out, such as z.png" in " ".join(found.preview.sentences())


def test_pictures_that_take_long_to_decode_are_refused_before() -> None:
    """A few kB each, and 25 million black pixels."""
    black = forms.picture(np.zeros((5000, 5000), np.uint8))
    with pytest.raises(DataError, match="too many pixels together"):
        read({f"{i}.png": black for i in range(10)}, LIMIT)


def test_a_folder_of_damaged_pictures_is_a_sentence() -> None:
    with pytest.raises(DataError, match="pictures can't be read"):
        look({f"{i}.png": b"\x89PNG nothing" for i in range(30)})


def test_names_in_a_zip_are_no_paths(tmp_path: Path) -> None:
    names = ["../../out.png", "/etc/passwd.png", "C:\\x.png"]
    files = {f"{name}{i}.png": forms.picture(X[i]) for i, name in enumerate(names * 4)}
    (tmp_path / "a.zip").write_bytes(stored(files))
    assert len(read(tmp_path / "a.zip").images) == 8  # those that lead upwards are left out
    assert [path.name for path in tmp_path.parent.rglob("*out.png*")] == []


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: ("a.npz", forms.npz(images=X, labels=Y)), id=".npz"),
        pytest.param(lambda: ("a.npy", forms.npy(X)), id=".npy"),
        pytest.param(lambda: ("a-images-idx3-ubyte", forms.idx(X)), id="IDX"),
        pytest.param(lambda: ("a.mat", matlab(X=X, y=Y)), id=".mat"),
        pytest.param(lambda: ("a.zip", forms.zipped(PICTURES)), id="zip of pictures"),
        pytest.param(
            lambda: ("a.safetensors", safetensors.numpy.save({"images": X})), id="safetensors"
        ),
        pytest.param(
            lambda: (
                "a.csv.gz",
                forms.packed(b"\n".join(map(line, X))),
            ),
            id="CSV in gzip",
        ),
    ],
)
def test_any_change_of_bytes_ends_in_images_or_a_sentence(make: Callable[[], Any]) -> None:
    """Never another exception, whatever is damaged."""
    name, content = make()
    random = np.random.default_rng(0)
    for _ in range(60):
        changed = bytearray(content)
        for at in random.integers(0, len(content), 3):
            changed[at] = random.integers(256)
        cut = int(random.integers(1, len(content))) if random.random() < 0.3 else len(content)
        try:
            found = look({name: bytes(changed[:cut])}, limit=LIMIT)
        except DataError:
            continue
        assert found.images.dtype == np.uint8


def test_hdf5_reads_no_other_file(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["images"] = X
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["images"] = h5py.ExternalLink("secret.h5", "/images")
        file["soft"] = h5py.SoftLink("/images")
        file.create_dataset("more", (40, 64), "u1", external=[("secret.h5", 0, 2560)])
        layout = h5py.VirtualLayout((40, 8, 8), "u1")
        layout[:] = h5py.VirtualSource("secret.h5", "images", (40, 8, 8))
        file.create_virtual_dataset("virtual", layout)
    with pytest.raises(DataError, match="none at all"):
        read(tmp_path / "a.h5")


@pytest.mark.parametrize("shape", [(10**6, 10**4), (10**9,)])
def test_hdf5_that_promises_much_is_refused(shape: tuple[int, ...], tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("images", shape, "u1", chunks=True)
    with pytest.raises(DataError, match="at most 400 MB"):
        read(tmp_path / "a.h5")


def test_strangers_may_not_bring_hdf5() -> None:
    with pytest.raises(DataError, match="on the command line alone"):
        look({"a.h5": b"\x89HDF\r\n\x1a\n" + bytes(100)}, strangers=True)


def test_without_h5py_the_sentence_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(DataError, match="pip install h5py"):
        read({"a.h5": b"\x89HDF\r\n\x1a\n" + bytes(100)})


def test_a_zip_with_a_member_without_a_name_is_a_sentence() -> None:
    content = forms.zipped({"a": b"x"}).replace(b"a", b"\0")
    with pytest.raises(DataError):
        look({"x.zip": content}, strangers=True)
