"""Files of the known data sets count by what is in them; nothing is downloaded unasked."""

from __future__ import annotations

import bz2
import dataclasses
import gzip
import hashlib
import io
import shutil
import struct
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data import archives, downloads, sources, usps
from core.data import splits as module
from core.data.archives import ARCHIVES
from core.data.errors import DataError
from core.data.present import files_of, is_local
from core.data.sources import DATA_DIR, NotHere, bring, read_known
from core.data.splits import load
from core.setting.setting import Setting
from tests.data.own.forms import idx

ALL = tuple(range(10))
RAW = "MNIST/raw"
RANDOM = np.random.default_rng(0)
PARTS = [
    RANDOM.integers(1, 256, (30, 28, 28)).astype(np.uint8), np.arange(30, dtype=np.uint8) % 10,
    RANDOM.integers(1, 256, (10, 28, 28)).astype(np.uint8), np.arange(10, dtype=np.uint8),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No network, and nothing remembered from other tests."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise urllib.error.URLError("no network in tests")

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    module._cache.clear()
    yield
    module._cache.clear()


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    (tmp_path / RAW).mkdir(parents=True)
    for path in (DATA_DIR / RAW).glob("*.gz"):
        shutil.copy(path, tmp_path / RAW)
    return tmp_path


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """KMNIST and EMNIST have 30 and 10 images; their checksums are not known."""
    for name in ("kmnist", "emnist"):
        few = dataclasses.replace(ARCHIVES[name], counts=(30, 10))
        monkeypatch.setitem(ARCHIVES, name, few)
        (tmp_path / few.folder).mkdir(parents=True)
    return tmp_path


def put(root: Path, name: str, packed: bool = True) -> None:
    for file, part in zip(ARCHIVES[name].names, PARTS, strict=True):
        path = root / ARCHIVES[name].folder / file
        path.write_bytes(idx(part))
        if packed:
            path.with_name(f"{file}.gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()


# ---------------------------------------------------------------------------- how it is packed
def plain(path: Path) -> None:
    path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
    path.unlink()


def anew(path: Path) -> None:
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()), 1))


def half_empty(path: Path) -> None:
    content = gzip.decompress(path.read_bytes())
    path.with_suffix("").write_bytes(content[: len(content) // 2].ljust(len(content), b"\0"))


def other_data(path: Path) -> None:
    content = gzip.decompress(path.read_bytes())
    path.with_suffix("").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def cut(path: Path) -> None:
    path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes())[:5000])


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(plain, id="plain"),
        pytest.param(anew, id="packed anew, as Debian does"),
        pytest.param(half_empty, id="half empty beside a good archive"),
        pytest.param(other_data, id="other content beside a good archive"),
        pytest.param(cut, id="cut off beside a good archive"),
    ],
)
def test_files_count_by_their_content(change: Callable[[Path], None], mnist: Path) -> None:
    expected = read_known("mnist", DATA_DIR)
    for path in (mnist / RAW).glob("t10k*.gz"):
        change(path)
    found = read_known("mnist", mnist)
    assert np.array_equal(found.pixels, expected.pixels)
    assert found.labels is not None
    assert np.array_equal(found.labels, expected.labels)
    assert found.training.sum() == 60_000


def test_reading_writes_nothing(mnist: Path) -> None:
    before = sorted(path.name for path in mnist.rglob("*"))
    assert len(load(Setting(digits=ALL), mnist).train) == 60_000
    assert sorted(path.name for path in mnist.rglob("*")) == before


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(half_empty, "wrong checksum", id="half empty"),
        pytest.param(other_data, "wrong checksum", id="one pixel is other"),
        pytest.param(cut, "cut off", id="cut off"),
    ],
)
def test_a_damaged_file_is_named_where_there_is_no_other(
    change: Callable[[Path], None], why: str, mnist: Path
) -> None:
    path = mnist / RAW / "train-images-idx3-ubyte.gz"
    change(path)
    path.unlink()
    for download in (False, True):
        with pytest.raises(DataError) as caught:
            load(Setting(), mnist, download)
        said = str(caught.value)
        assert "train-images-idx3-ubyte (" in said
        assert why in said
        assert str(path.parent) in said


def test_a_damaged_archive_is_named(mnist: Path) -> None:
    path = mnist / RAW / "train-labels-idx1-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte\.gz .*damaged inside"):
        load(Setting(), mnist)


# ------------------------------------------------------------------ without a known checksum
@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", ["kmnist", "emnist"])
def test_the_header_and_the_counts_are_checked(name: str, packed: bool, small: Path) -> None:
    put(small, name, packed)
    assert is_local(name, small)
    assert len(files_of(name, small)) == 4
    found = read_known(name, small)
    images = np.concatenate([PARTS[0], PARTS[2]])
    expected = images.transpose(0, 2, 1) if name == "emnist" else images  # which turns it upright
    np.testing.assert_array_equal(found.pixels, expected)
    path = small / ARCHIVES[name].folder / ARCHIVES[name].names[0]
    path.with_name(path.name + ".gz" * packed).unlink()
    path.write_bytes(idx(PARTS[0][:29]))
    with pytest.raises(DataError, match=r"\(29, 28, 28\) in place of \(30, 28, 28\)"):
        read_known(name, small)


def test_a_plain_file_of_which_a_part_is_empty_is_damaged(small: Path) -> None:
    put(small, "kmnist", packed=False)
    half = PARTS[0].copy()
    half[15:] = 0
    (small / "KMNIST/raw/train-images-idx3-ubyte").write_bytes(idx(half))
    with pytest.raises(DataError, match="a part of it is empty"):
        read_known("kmnist", small)


def test_files_of_another_data_set_are_noticed(tmp_path: Path) -> None:
    shutil.copytree(DATA_DIR / RAW, tmp_path / "KMNIST/raw")
    with pytest.raises(DataError, match="file of another data set"):
        read_known("kmnist", tmp_path)


def test_emnist_is_read_from_its_zip(small: Path) -> None:
    put(small, "emnist")
    folder = small / "EMNIST/raw"
    with zipfile.ZipFile(folder / "gzip.zip", "w") as bundle:
        for path in sorted(folder.glob("*.gz")):
            bundle.write(path, f"gzip/{path.name}")
            path.unlink()
    assert [path.name for path in files_of("emnist", small)] == ["gzip.zip"]
    assert len(read_known("emnist", small).pixels) == 40


def test_usps_is_read_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"{k + 1} " + " ".join(f"{i}:1.0" for i in range(1, 257)) for k in (0, 2, 4)]
    (tmp_path / "USPS").mkdir()
    for name in ("usps.bz2", "usps.t.bz2"):
        (tmp_path / "USPS" / name).write_bytes(bz2.compress("\n".join(lines).encode()))
    assert is_local("usps", tmp_path)
    with pytest.raises(DataError, match=r"usps\.bz2 .*must have 7,291 images"):
        load(Setting(dataset="usps", digits=(0, 2)), tmp_path)
    monkeypatch.setattr(usps, "_COUNTS", (3, 3))
    data = load(Setting(dataset="usps", digits=(0, 2)), tmp_path)
    assert data.train.index.tolist() == [0, 1]
    assert data.test.index.tolist() == [3, 4]
    assert data.train.images(Setting(image_size=16)).min() == 1


# ------------------------------------------------------------------------------- downloads
@pytest.mark.parametrize(
    ("name", "file", "folder"),
    [
        pytest.param("fashion", "t10k-images-idx3-ubyte.gz", "FashionMNIST/raw", id="fashion"),
        pytest.param("kmnist", "train-labels-idx1-ubyte.gz", "KMNIST/raw", id="kmnist"),
        pytest.param("emnist", "gzip.zip", "EMNIST/raw", id="emnist"),
        pytest.param("usps", "usps.t.bz2", "USPS", id="usps"),
    ],
)
def test_impossible_download_says_which_files_to_put_where(
    name: str, file: str, folder: str, tmp_path: Path
) -> None:
    assert not is_local(name, tmp_path)
    with pytest.raises(DataError) as caught:
        load(Setting(dataset=name), tmp_path, download=True)
    assert file in str(caught.value)
    assert str(tmp_path / folder) in str(caught.value)
    assert "no network in tests" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / folder).iterdir())


def test_nothing_is_downloaded_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "bring", lambda *_: pytest.fail("a download began"))
    with pytest.raises(NotHere, match=r"31 MB, take the button .* core data fetch fashion"):
        load(Setting(dataset="fashion"), tmp_path)
    assert not list(tmp_path.iterdir())


def served(monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes]) -> list[str]:
    """A network with these files, by the end of their address; what was asked for."""
    asked: list[str] = []

    def urlopen(address: str, timeout: float) -> io.BytesIO:
        asked.append(address)
        found = [content for name, content in files.items() if address.endswith(f"/{name}")]
        if not found:
            raise urllib.error.URLError("not found")
        return io.BytesIO(found[0])

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    md5 = {name: hashlib.md5(content).hexdigest() for name, content in files.items()}
    remote = {name: ([f"http://a/{name}x", f"http://b/{name}"], md5[name]) for name in files}
    monkeypatch.setattr(sources, "remote_files", lambda kind: remote)
    return asked


def test_only_what_is_missing_or_damaged_is_downloaded(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(small, "kmnist")
    folder = small / "KMNIST/raw"
    files = {path.name: path.read_bytes() for path in folder.glob("*.gz")}
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(b"by hand")
    asked = served(monkeypatch, files)
    came: list[int] = []
    bring("kmnist", small, came.append)
    names = ("t10k-labels-idx1-ubyte.gz", "train-labels-idx1-ubyte.gz")
    assert [a for a in asked if a.startswith("http://b/")] == [f"http://b/{n}" for n in names]
    assert sum(came) == sum(len(files[name]) for name in names)
    assert len(read_known("kmnist", small).pixels) == 40
    asked.clear()
    bring("kmnist", small)
    assert asked == []


def test_a_download_with_a_wrong_checksum_leaves_nothing(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served(monkeypatch, {f"{name}.gz": b"first" for name in ARCHIVES["kmnist"].names})
    remote = {f"{n}.gz": ([f"http://b/{n}.gz"], "0" * 32) for n in ARCHIVES["kmnist"].names}
    monkeypatch.setattr(sources, "remote_files", lambda kind: remote)
    with pytest.raises(DataError, match="what came has a wrong checksum"):
        bring("kmnist", small)
    assert list((small / "KMNIST/raw").iterdir()) == []


def test_a_download_can_be_stopped(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served(monkeypatch, {f"{name}.gz": b"first" for name in ARCHIVES["kmnist"].names})

    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring("kmnist", small, stop)
    assert list((small / "KMNIST/raw").iterdir()) == []


@pytest.mark.parametrize("name", ["mnist", "fashion", "kmnist", "emnist", "usps"])
def test_addresses_and_checksums_are_those_of_torchvision(name: str) -> None:
    kind = ARCHIVES[name].kind if name in ARCHIVES else "USPS"
    remote = downloads.remote_files(kind)
    assert set(remote) == set(sources._archives(name))
    for addresses, md5 in remote.values():
        assert addresses
        assert len(md5) == 32


def test_the_known_contents_are_those_of_the_repository() -> None:
    for name, expected in zip(ARCHIVES["mnist"].names, ARCHIVES["mnist"].contents, strict=True):
        content = gzip.decompress((DATA_DIR / RAW / f"{name}.gz").read_bytes())
        assert hashlib.sha256(content).hexdigest() == expected
        assert struct.unpack(">2xBB", content[:4])[0] == 8
    assert archives.ARCHIVES["fashion"].contents != archives.ARCHIVES["mnist"].contents
