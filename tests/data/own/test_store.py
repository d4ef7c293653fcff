"""Own images that are kept: names, what is known of them, older files, room, and removing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from core.data import splits
from core.data.errors import DataError
from core.data.own import store as module
from core.data.own.earlier import bring_back
from core.data.own.found import Found
from core.data.own.store import info_path, keep, listed, named, npz_path, remove, stored_arrays
from core.data.own.understand import Options, Understood, understand
from core.data.present import files_of, is_local
from core.data.splits import load, npz_classes, own_fields
from core.setting.datasets import dataset_info
from core.setting.links import read_text, short_text
from core.setting.names import images_name
from core.setting.setting import Setting

RANDOM = np.random.default_rng(0)
NAMES = ("ant", "bee", "cat", "dog")


def understood(count: int = 40, labelled: bool = True, seed: int = 0, side: int = 20) -> Understood:
    images = np.random.default_rng(seed).integers(0, 100, (count, side, side)).astype(np.uint8)
    images[:, 0, 0] = 255
    labels = np.array(NAMES)[np.arange(count) % 4] if labelled else None
    return understand(Found("a test", images, labels), Options("dark"))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the data sets, for Settings, too."""
    monkeypatch.setattr("core.setting.paths.DATA_DIR", tmp_path)
    splits._cache.clear()
    return tmp_path


def test_what_is_kept_is_what_was_understood(root: Path) -> None:
    found = understood()
    name = keep(found, root)
    images, labels, held_out = stored_arrays(name, root)
    np.testing.assert_array_equal(images, found.images)
    np.testing.assert_array_equal(labels, found.labels)
    np.testing.assert_array_equal(held_out, found.held_out)
    data = load(Setting(dataset=name), root)
    assert data.class_names == NAMES
    assert data.test.index.tolist() == np.flatnonzero(held_out).tolist()
    assert set(data.train.index.tolist()) | set(data.test.index.tolist()) == set(range(40))


def test_the_name_is_the_content(root: Path) -> None:
    name = keep(understood(), root)
    assert keep(understood(), root) == name
    assert keep(understood(seed=1), root) != name
    assert keep(understood(labelled=False), root) != name
    other = understood()
    assert (
        keep(Understood(other.images, other.labels, ~other.held_out, other.preview), root) != name
    )


def test_a_setting_takes_the_images_own_size_classes_and_name(root: Path) -> None:
    name = keep(understood(), root, label="Small animals")
    setting = Setting(dataset=name)
    assert (setting.image_size, setting.digits, setting.n_clusters) == (20, (0, 1, 2, 3), 4)
    assert images_name(setting) == "Small animals, all 4 classes"
    assert images_name(setting.replace(digits=(1, 3))) == "Small animals, bee, dog"
    assert dataset_info(name).noun == "class"
    assert own_fields(name, root)["digits"] == "0,1,2,3"


def test_labels_from_1_to_10_are_all_used(root: Path) -> None:
    images = RANDOM.integers(0, 256, (100, 8, 8)).astype(np.uint8)
    name = keep(understand(Found("a test", images, np.arange(100) % 10 + 1)), root)
    setting = Setting(dataset=name)
    assert setting.digits == tuple(range(1, 11))
    data = load(setting, root)
    assert len(data.train) + len(data.test) == 100
    assert data.class_names[10] == "10"


def test_without_labels_ten_clusters_are_looked_for(root: Path) -> None:
    name = keep(understood(100, labelled=False), root, label="Things")
    assert Setting(dataset=name).n_clusters == 10
    assert Setting.from_text(own_fields(name, root)) == Setting(dataset=name)
    assert read_text(short_text(Setting(dataset=name))) == (Setting(dataset=name), [])
    assert images_name(Setting(dataset=name)) == "Things"
    assert npz_classes(name, root) == (0,)
    data = load(Setting(dataset=name, digits=(3, 800), clusters=2), root)
    assert len(data.train) + len(data.test) == 100


def test_an_address_has_the_size_of_own_images(root: Path) -> None:
    setting = Setting(dataset=keep(understood(), root))
    text = short_text(setting)
    assert text["image_size"] == "20"
    remove(setting.dataset, root)
    assert read_text(text) == (setting, [])


# ------------------------------------------------------------------- files of earlier versions
def test_a_file_of_an_earlier_version_holds_out_every_fifth_image(root: Path) -> None:
    (root / "npz").mkdir()
    images = RANDOM.integers(0, 256, (50, 12, 9)).astype(np.uint8)
    name = "npz-0123456789ab"
    np.savez_compressed(npz_path(name, root), images=images, labels=np.arange(50) % 2 * 5)
    setting = Setting(dataset=name, digits=(0, 5))
    assert setting.image_size == 28
    data = load(setting, root)
    assert data.test.index.tolist() == list(range(4, 50, 5))
    np.testing.assert_array_equal(data.train.pixels.numpy(), images)
    assert data.class_names[5] == "5"
    assert [kept.info for kept in listed(root)] == [None]


@pytest.mark.parametrize("scale", [1, 255.0])
def test_a_file_of_an_earlier_version_is_brought_back_for_its_runs(
    scale: float, root: Path
) -> None:
    images = 255 - RANDOM.integers(0, 256, (50, 12, 9)).astype(np.uint8)
    given = images if scale == 1 else images / scale
    np.savez(root / "old.npz", images=given, labels=np.arange(50) % 2)
    content = (root / "old.npz").read_bytes()
    name = f"npz-{hashlib.sha256(content).hexdigest()[:12]}"
    assert bring_back(root / "old.npz", [], root) == ""
    for source in (root / "old.npz", {"old.npz": content}):
        assert bring_back(source, [name], root) == name
        found, _, held_out = stored_arrays(name, root)
        np.testing.assert_array_equal(found, images)  # neither turned nor made square
        assert np.flatnonzero(held_out).tolist() == list(range(4, 50, 5))
        assert bring_back(source, [name], root) == ""  # it is here
        remove(name, root)


def test_hashes_of_settings_stay_as_they_were() -> None:
    assert Setting(dataset="npz-0123456789ab").hash == "ce99d9dd28"
    assert Setting(dataset="npz-0123456789ab", digits=(0, 5), image_size=8).hash == "03c5898400"


# ------------------------------------------------------------------------ before training
@pytest.mark.parametrize(
    ("count", "setting", "message"),
    [
        pytest.param(
            40, {"clusters": 9}, "has 8 of the chosen classes; got 9 clusters", id="clusters"
        ),
        pytest.param(
            12, {"digits": (0,)}, "at least 2 images to train on", id="too few of a class"
        ),
        pytest.param(40, {"digits": (0, 1, 9)}, "digits must be", id="a class that is not there"),
    ],
)
def test_too_few_held_out_images_are_said_before_training(
    count: int, setting: dict[str, object], message: str, root: Path
) -> None:
    name = keep(understood(count), root)
    with pytest.raises((DataError, ValueError), match=message):
        load(Setting(dataset=name, **setting), root)  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------- room
def test_the_oldest_that_no_run_needs_is_dropped(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 2)
    first, second = (keep(understood(seed=i), root) for i in range(2))
    third = keep(understood(seed=2), root, in_use=[first])
    assert [is_local(name, root) for name in (first, second, third)] == [True, False, True]
    assert not info_path(second, root).exists()
    with pytest.raises(DataError, match=r"at most 2 data sets .* python -m core data remove"):
        keep(understood(seed=3), root, in_use=[first, third])
    assert keep(understood(seed=2), root, in_use=[first, third]) == third


def test_a_name_that_somebody_gave_stays(root: Path) -> None:
    name = keep(understood(), root, label="Mine")
    keep(understood(), root)
    assert dataset_info(name).label == "Mine"
    assert keep(understood(), root, label="Other <b>") == name
    assert dataset_info(name).label == "Other b"


@pytest.mark.parametrize("text", ["whole name", "beginning", "label"])
def test_a_data_set_is_found_by_its_name(text: str, root: Path) -> None:
    name = keep(understood(), root, label="Mine")
    keep(understood(seed=1), root, label="Other")
    assert named({"whole name": name, "beginning": name[:9], "label": "Mine"}[text], root) == name
    with pytest.raises(DataError, match=name):
        named("nothing", root)


def test_removing(root: Path) -> None:
    name = keep(understood(), root)
    assert [path.name for path in files_of(name, root)] == [f"{name}.npz", f"{name}.json"]
    remove(name, root)
    assert listed(root) == []
    assert files_of(name, root) == []
    with pytest.raises(DataError, match="not here"):
        remove(name, root)


# ---------------------------------------------------------------------------------- damage
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-40]), id="cut off"),
        pytest.param(lambda path: np.savez(path, images=np.zeros((3, 4))), id="other arrays"),
        pytest.param(
            lambda path: np.savez(path, images=np.zeros((3, 4, 4), "u1"), held_out=np.ones(2) > 0),
            id="too few marks",
        ),
    ],
)
def test_damaged_images_are_a_sentence(damage: object, root: Path) -> None:
    name = keep(understood(), root)
    damage(npz_path(name, root))  # type: ignore[operator]
    with pytest.raises(DataError, match="are damaged; add them again"):
        load(Setting(dataset=name), root)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"version": 2}', '{"label": 3, "names": 4}', "[" * 100_000, "9" * 600_000],
    ids=["empty", "cut off", "a list", "little", "other types", "deep", "large"],
)  # fmt: skip
def test_a_damaged_note_costs_the_names_alone(text: str, root: Path) -> None:
    name = keep(understood(), root)
    info_path(name, root).write_text(text)
    assert dataset_info(name).label == "Own images"
    assert len(load(Setting(dataset=name, digits=(0, 1)), root).train) == 16


def test_what_is_noted_is_plain(root: Path) -> None:
    name = keep(understood(), root, label="Mine")
    plain = json.loads(info_path(name, root).read_text())
    assert plain["names"] == list(NAMES)
    assert (plain["count"], plain["held_out"], plain["image_size"]) == (40, 8, 20)


def test_names_that_leave_the_folder_are_refused(root: Path) -> None:
    for function in (npz_path, stored_arrays, remove):
        with pytest.raises(DataError, match="12 hex digits"):
            function("npz-../../secret", root)  # type: ignore[operator]
