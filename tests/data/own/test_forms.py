"""Every form of images gives the same pixels, labels and data set."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import safetensors.numpy
import scipy.io
import torch

from core.data.errors import DataError
from core.data.own import matlab as matlab_module
from core.data.own.adding import look
from core.data.own.python_objects import found_of
from core.data.own.store import content_name
from core.data.own.understand import Understood, understand
from tests.data.own import forms

X, Y = forms.images(), forms.labels()
NAME = content_name(look({"x.npz": forms.npz(images=X, labels=Y)}))


def table(header: bool, sign: str = ",", label_last: bool = False) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=sign)
    names = [f"pixel{i}" for i in range(64)]
    if header:
        writer.writerow([*names, "label"] if label_last else ["label", *names])
    for image, label in zip(X.reshape(40, -1).tolist(), Y.tolist(), strict=True):
        writer.writerow([*image, label] if label_last else [label, *image])
    return file.getvalue().encode()


def matlab(**arrays: Any) -> bytes:
    file = io.BytesIO()
    scipy.io.savemat(file, arrays, do_compression=True)
    return file.getvalue()


def hdf5(**arrays: Any) -> bytes:
    h5py = pytest.importorskip("h5py")
    file = io.BytesIO()
    with h5py.File(file, "w") as made:
        for name, array in arrays.items():
            made.create_dataset(name.replace("__", "/"), data=array, compression="gzip")
    return file.getvalue()


def folders(form: str = "PNG", prefix: str = "") -> dict[str, bytes]:
    pairs = enumerate(zip(X, Y, strict=True))
    return {f"{prefix}{y}/{i:03}.{form.lower()}": forms.picture(x, form) for i, (x, y) in pairs}


ORDER = np.argsort(Y, kind="stable")  # of folders: class after class
IDX = {
    "train-images-idx3-ubyte": forms.idx(X),
    "train-labels-idx1-ubyte": forms.idx(Y.astype("u1")),
}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: {"a.npz": forms.npz(x=X, y=Y)}, id=".npz with x and y"),
        pytest.param(
            lambda: {"a.npz": forms.npz(data=X, target=Y)}, id=".npz with data and target"
        ),
        pytest.param(lambda: {"a.npz": forms.npz(arr_0=X, arr_1=Y)}, id=".npz without names"),
        pytest.param(
            lambda: {"images.npy": forms.npy(X), "labels.npy": forms.npy(Y)}, id="two .npy"
        ),
        pytest.param(lambda: IDX, id="IDX, images and labels"),
        pytest.param(
            lambda: {f"{name}.gz": forms.packed(content) for name, content in IDX.items()},
            id="IDX, packed with gzip",
        ),
        pytest.param(lambda: {"a.zip": forms.zipped(IDX)}, id="IDX in a zip"),
        pytest.param(
            lambda: {"a.csv": table(header=True)}, id="CSV with a header, as Kaggle has it"
        ),
        pytest.param(lambda: {"a.csv": table(header=False)}, id="CSV without a header"),
        pytest.param(
            lambda: {"a.csv": table(header=True, label_last=True)},
            id="CSV, labels in the last column",
        ),
        pytest.param(lambda: {"a.csv": table(header=True, sign=";")}, id="CSV with semicolons"),
        pytest.param(
            lambda: {"a.csv": b"\xef\xbb\xbf" + table(header=True)}, id="CSV with a byte order mark"
        ),
        pytest.param(lambda: {"a.csv.gz": forms.packed(table(header=True))}, id="CSV in gzip"),
        pytest.param(
            lambda: {"a.txt": table(header=False, sign=" ")}, id="text, columns by spaces"
        ),
        pytest.param(lambda: {"a.mat": matlab(X=X, y=Y)}, id=".mat"),
        pytest.param(
            lambda: {"a.mat": matlab(X=np.moveaxis(X, 0, -1), y=Y[:, None])},
            id=".mat, images along the last axis",
        ),
        pytest.param(lambda: {"a.h5": hdf5(images=X, labels=Y)}, id="HDF5"),
        pytest.param(
            lambda: {"a.h5": hdf5(images=X, labels=Y.astype("S1"))}, id="HDF5 with texts as labels"
        ),
        pytest.param(lambda: {"a.h5": hdf5(all__data=X, all__target=Y)}, id="HDF5 with a group"),
        pytest.param(
            lambda: {"a.safetensors": safetensors.numpy.save({"images": X, "labels": Y})},
            id="safetensors",
        ),
    ],
)
def test_files_of_any_form_are_one_data_set(make: Callable[[], dict[str, bytes]]) -> None:
    found = look(make())
    np.testing.assert_array_equal(found.images, X)
    np.testing.assert_array_equal(found.labels, Y)
    assert content_name(found) == NAME


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(folders, id="a folder for each class"),
        pytest.param(lambda: folders(prefix="mine/pictures/"), id="below other folders"),
        pytest.param(lambda: {"a.zip": forms.zipped(folders())}, id="in a zip"),
        pytest.param(
            lambda: (
                folders() | {".DS_Store": b"x", "__MACOSX/0/._a.png": b"x", "readme.md": b"x, y"}
            ),
            id="with other files beside",
        ),
    ],
)
def test_pictures_have_their_folders_as_classes(
    make: Callable[[], dict[str, bytes]], tmp_path: Path
) -> None:
    from_memory = {name: content for name, content in make().items() if _is_seen(name)}
    for name, content in make().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    for source in (from_memory, next(tmp_path.glob("a.zip"), tmp_path)):
        found = look(source)
        np.testing.assert_array_equal(found.images, X[ORDER])
        np.testing.assert_array_equal(found.labels, Y[ORDER])
        assert found.preview.names == ("0", "1", "2", "3")


def _is_seen(name: str) -> bool:
    return not name.startswith((".", "__MACOSX"))


def test_one_folder_of_pictures_has_no_labels(tmp_path: Path) -> None:
    for i, image in enumerate(X):
        (tmp_path / f"{i:03}.png").write_bytes(forms.picture(image))
    found = look(tmp_path)
    assert found.labels is None
    np.testing.assert_array_equal(found.images, X)


def test_jpegs_are_nearly_the_same() -> None:
    large = np.repeat(np.repeat(X, 4, 1), 4, 2)
    files = {f"{i:03}.jpg": forms.picture(x, "JPEG", quality=95) for i, x in enumerate(large)}
    found = look(files)
    assert found.images.shape == (40, 32, 32)
    assert np.abs(found.images.astype(int) - large).mean() < 3


def test_pictures_of_different_sizes_become_one_size() -> None:
    sizes = [(20, 20)] * 9 + [(40, 10)] + [(12, 12)]
    files = {f"{i}.png": forms.picture(np.full(s, 100 + i, np.uint8)) for i, s in enumerate(sizes)}
    found = look(files)
    assert found.images.shape == (11, 20, 20)
    by_grey = {int(np.median(image)): image for image in found.images}
    assert all((image == grey).all() for grey, image in by_grey.items())  # also what was put around
    assert "different sizes, the longer side from 12 to 40" in found.preview.sentences()[0]


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x.png").write_bytes(forms.picture(X[0]))
    inside = tmp_path / "inside"
    inside.mkdir()
    for i in range(10):
        (inside / f"{i}.png").write_bytes(forms.picture(X[i]))
    (inside / "link.png").symlink_to(tmp_path / "secret" / "x.png")
    (inside / "folder").symlink_to(tmp_path / "secret")
    assert len(look(inside).images) == 10


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte", "train-images.idx3-ubyte.gz"])
def test_labels_beside_an_idx_file_are_found(name: str, tmp_path: Path) -> None:
    pack = forms.packed if name.endswith("gz") else bytes
    (tmp_path / name).write_bytes(pack(IDX["train-images-idx3-ubyte"]))
    beside = name.replace("images", "labels").replace("idx3", "idx1")
    (tmp_path / beside).write_bytes(pack(IDX["train-labels-idx1-ubyte"]))
    assert content_name(look(tmp_path / name)) == NAME


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {
                f"{part}-{kind}": forms.idx(a)
                for part, rows in (("train", slice(30)), ("t10k", slice(30, 40)))
                for kind, a in (
                    ("images-idx3-ubyte", X[rows]),
                    ("labels-idx1-ubyte", Y[rows].astype("u1")),
                )
            },
            id="the four files of MNIST",
        ),
        pytest.param(
            {"a.npz": forms.npz(x_train=X[:30], y_train=Y[:30], x_test=X[30:], y_test=Y[30:])},
            id="as Keras has them",
        ),
        pytest.param(
            {
                "a.npz": forms.npz(
                    train_images=X[:20], train_labels=Y[:20, None],
                    val_images=X[20:30], val_labels=Y[20:30, None],
                    test_images=X[30:], test_labels=Y[30:, None],
                )
            },
            id="as MedMNIST has them",
        ),
        pytest.param(
            {
                "a.zip": forms.zipped(
                    {
                        f"data/{'train' if i < 30 else 'test'}/{y}/{i:03}.png": forms.picture(x)
                        for i, (x, y) in enumerate(zip(X, Y, strict=True))
                    }
                )
            },
            id="folders train and test",
        ),
    ],
)  # fmt: skip
def test_test_images_of_a_file_are_held_out(files: dict[str, bytes]) -> None:
    found = look(files)
    assert found.held_out.sum() == 10
    tested = {image.tobytes() for image in found.images[found.held_out]}
    assert tested == {image.tobytes() for image in X[30:]}
    assert "test images that the files name" in " ".join(found.preview.sentences())


class Items:
    """A data set as torch has them, with tensors from 0 to 1."""

    classes = ("no", "yes")

    def __len__(self) -> int:
        return len(X)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, int]:
        return torch.from_numpy(X[i][None] / np.float32(255)), int(Y[i] % 2)


class Whole:
    """A data set as torchvision has them."""

    def __init__(self) -> None:
        self.data, self.targets = torch.from_numpy(X), Y.tolist()


@pytest.mark.parametrize(
    ("source", "labels"),
    [
        pytest.param(X, Y, id="arrays"),
        pytest.param(torch.from_numpy(X)[:, None], torch.from_numpy(Y), id="tensors"),
        pytest.param(list(X), Y.tolist(), id="lists"),
        pytest.param({"images": X, "target": Y}, None, id="a mapping"),
        pytest.param(
            pd.DataFrame(X.reshape(40, -1)).assign(label=Y), None, id="a data frame with labels"
        ),
        pytest.param(pd.DataFrame(X.reshape(40, -1)), pd.Series(Y), id="a data frame and a series"),
        pytest.param(Whole(), None, id="a data set with data and targets"),
    ],
)
def test_what_people_have_in_python(source: Any, labels: Any) -> None:
    assert content_name(understand(found_of(source, labels))) == NAME


def test_a_data_set_that_gives_one_image_after_the_other() -> None:
    found = understand(found_of(Items()))
    np.testing.assert_array_equal(found.images, X)
    assert found.preview.classes == {"no": 20, "yes": 20}


def test_a_bunch_of_scikit_learn() -> None:
    from sklearn.datasets import load_digits

    from core.data.sources import read_digits

    for options in ({}, {"as_frame": True}):
        found: Understood = understand(found_of(load_digits(**options)))
        np.testing.assert_array_equal(found.images, read_digits().pixels)
        assert len(found.preview.classes) == 10


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(7, "must be a path, an array", id="a number"),
        pytest.param([X[0], X[0, :4]], "one size", id="a ragged list"),
        pytest.param({"a": X, "b": X}, "name it images", id="two arrays that could be images"),
        pytest.param({}, "none at all", id="nothing"),
        pytest.param(pd.DataFrame({"a": [1], "b": [2]}), "columns of a table", id="a small frame"),
    ],
)
def test_what_is_no_image_in_python_is_a_sentence(source: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        understand(found_of(source))


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize(
    "array",
    [
        pytest.param(np.arange(60).reshape(3, 4, 5) / 7, id="float64, three axes"),
        pytest.param(np.arange(7, dtype=np.float32), id="float32, one axis"),
        pytest.param(np.array([[True, False]]), id="bool"),
        pytest.param(np.arange(-8, 8, dtype=np.int16).reshape(4, 4), id="int16"),
        pytest.param(np.array([[2**60]]), id="int64"),
        pytest.param(np.arange(3, dtype=">u4"), id="big-endian"),
        pytest.param(np.zeros((0, 3)), id="empty"),
    ],
)
def test_arrays_of_a_mat_are_those_that_scipy_reads(array: Any, compressed: bool) -> None:
    file = io.BytesIO()
    others = {"s": {"x": 1}, "c": np.array([1, "x"], object), "t": "a text"}
    scipy.io.savemat(file, {"array": array, **others}, do_compression=compressed)
    found = matlab_module.read(file.getvalue(), 10**6, [])
    assert list(found) == ["array"]
    file.seek(0)
    np.testing.assert_array_equal(found["array"], scipy.io.loadmat(file)["array"])
