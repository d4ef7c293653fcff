"""Runs for other programs: what is written is the Run's, and TensorBoard itself reads it."""

from __future__ import annotations

import dataclasses
import io
import json
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from core.data import splits
from core.export import embedding_projector, formats, tensorboard
from core.export.embedding_projector import METADATA, SPRITE, TENSORS
from core.export.formats import ExportError, to_zip, write
from core.latents.shown import HELD_OUT, TRAINING, ShownImages, ShownSplit
from core.metrics.catalogue import METRICS
from core.runs.run import Run
from core.runs.store import Store
from core.setting.setting import Setting
from tests.trained import train


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A Run with an additional term in its loss."""
    setting = Setting(
        dataset="digits", digits=(0, 1, 3), epochs=3, batch_size=64, latent_dim=4,
        regularizer="l1:weight=0.01",
    )  # fmt: skip
    return train(setting, Store(tmp_path_factory.mktemp("export") / "checkpoints"))


def table(content: bytes) -> list[list[str]]:
    return [line.split("\t") for line in content.decode().splitlines()]


# ------------------------------------------------------------------------------------ projector
def test_tensors_are_the_latents_to_the_last_bit(run: Run) -> None:
    text = embedding_projector.files(run)[TENSORS]
    read = np.loadtxt(io.BytesIO(text), delimiter="\t", dtype=np.float32)
    np.testing.assert_array_equal(read, run.arrays["latents"])


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_fewer_than_three_dimensions_are_filled_up(d: int) -> None:
    latents = np.random.default_rng(0).normal(size=(6, d)).astype(np.float32)
    read = np.array(table(embedding_projector.tensors(latents)), dtype=np.float32)
    assert read.shape == (6, max(d, 3))
    np.testing.assert_array_equal(read[:, :d], latents)
    assert not read[:, d:].any()


def test_metadata_is_what_the_run_knows(run: Run) -> None:
    header, *rows = table(embedding_projector.files(run)[METADATA])
    assert header == ["digit", "cluster", "squared error", "image"]
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    arrays = run.arrays
    assert list(map(int, columns["digit"])) == arrays["labels"].tolist()
    assert list(map(int, columns["cluster"])) == arrays["clusters"].tolist()
    np.testing.assert_allclose(list(map(float, columns["squared error"])), arrays["errors"], 1e-5)
    assert list(map(int, columns["image"])) == list(range(len(arrays["errors"])))


def test_thumbnails_are_the_images_in_their_order(run: Run) -> None:
    picture = np.asarray(Image.open(io.BytesIO(embedding_projector.files(run)[SPRITE])))
    images = splits.load(run.setting).test.images(run.setting)[:, 0].numpy()
    n, s, _ = images.shape
    columns = int(np.ceil(np.sqrt(n)))
    assert picture.shape == (columns * s, columns * s)
    for i in (0, 1, columns - 1, columns, n - 1):
        top, left = s * (i // columns), s * (i % columns)
        tile = picture[top : top + s, left : left + s]
        np.testing.assert_array_equal(tile, np.rint(images[i] * 255))
    assert not picture.reshape(columns, s, columns, s).swapaxes(1, 2).reshape(-1, s, s)[n:].any()


def test_a_sprite_is_never_larger_than_the_projector_takes(run: Run, monkeypatch) -> None:
    n = len(run.arrays["latents"])
    columns = int(np.ceil(np.sqrt(n)))
    monkeypatch.setattr(embedding_projector, "MAX_SIDE", 4 * columns + 3)
    content, side = embedding_projector.sprite(run, run.shown)
    assert side == 4
    picture = np.asarray(Image.open(io.BytesIO(content)))
    assert picture.shape == (4 * columns, 4 * columns)
    first = splits.load(run.setting).test.images(run.setting)[0, 0].numpy()
    halved = first.reshape(4, 2, 4, 2).mean(axis=(1, 3))  # means over 2 x 2 pixels
    np.testing.assert_allclose(picture[:4, :4], halved * 255, atol=0.51)
    monkeypatch.setattr(embedding_projector, "MAX_SIDE", columns - 1)
    with pytest.raises(ExportError, match="at most"):
        embedding_projector.sprite(run, run.shown)


def test_training_images_come_after_held_out_ones(run: Run) -> None:
    first = run.shown.parts[0]
    second = ShownSplit(TRAINING, np.ones((5, 4), np.float32), np.array([0, 1, 2, 1, 0]),
                  np.array([0, -1, 1, 2, 0]), np.full(5, 0.25), 300)  # fmt: skip
    files = embedding_projector.files(run, ShownImages("both", (first, second)))
    header, *rows = table(files[METADATA])
    assert header == ["digit", "cluster", "squared error", "split", "image"]
    assert rows[len(first)] == ["0", "0", "0.25", TRAINING, "0"]
    assert rows[len(first) + 1][1] == "noise"
    assert {r[3] for r in rows[: len(first)]} == {HELD_OUT}
    picture = np.asarray(Image.open(io.BytesIO(files[SPRITE])))
    columns = picture.shape[1] // 8
    top, left = 8 * (len(first) // columns), 8 * (len(first) % columns)
    image = splits.load(run.setting).train.images(run.setting)[0, 0].numpy()
    np.testing.assert_array_equal(picture[top : top + 8, left : left + 8], np.rint(image * 255))


def test_both_configurations_say_the_same_and_name_the_files(run: Run) -> None:
    files = embedding_projector.files(run)
    one = json.loads(files["projector_config.json"])["embeddings"][0]
    assert one["tensorShape"] == [len(run.arrays["latents"]), 4]
    assert {one["tensorPath"], one["metadataPath"], one["sprite"]["imagePath"]} < set(files)
    from google.protobuf import text_format
    from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

    read = text_format.Parse(files["projector_config.pbtxt"].decode(), ProjectorConfig())
    (found,) = read.embeddings
    assert list(found.tensor_shape) == one["tensorShape"]
    assert found.tensor_path == one["tensorPath"]
    assert found.metadata_path == one["metadataPath"]
    assert found.sprite.image_path == one["sprite"]["imagePath"]
    assert list(found.sprite.single_image_dim) == one["sprite"]["singleImageDim"] == [8, 8]


def test_latents_that_are_no_numbers_are_refused(run: Run) -> None:
    part = run.shown.parts[0]
    latents = part.latents.copy()
    latents[3, 1] = np.nan
    broken = ShownImages("heldout", (dataclasses.replace(part, latents=latents),))
    with pytest.raises(ExportError, match="finite numbers for the projector; some are not"):
        embedding_projector.files(run, broken)
    assert embedding_projector.why_not(run.shown) == ""


# ---------------------------------------------------------------------------------- TensorBoard
def read_events(folder: Path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    return EventAccumulator(str(folder), size_guidance={"tensors": 0}).Reload()


def test_tensorboard_reads_the_curves_and_scores(run: Run, tmp_path: Path) -> None:
    write(run, "tensorboard", tmp_path / "out")
    for part in ("train", "heldout"):
        found = read_events(tmp_path / "out" / part)
        terms = set(run.history[0][part])
        assert {f"loss/{term}" for term in terms} == set(found.Tags()["scalars"])
        assert "l1" in terms
        for term in terms:
            curve = found.Scalars(f"loss/{term}")
            assert [event.step for event in curve] == [1, 2, 3]
            np.testing.assert_allclose(
                [event.value for event in curve], [r[part][term] for r in run.history], rtol=1e-6
            )
            times = [event.wall_time for event in curve]
            steps = [r["seconds"] - run.history[0]["seconds"] for r in run.history]
            np.testing.assert_allclose(np.subtract(times, times[0]), steps, atol=1e-5)
    found = read_events(tmp_path / "out")
    scores = {k: v for k, v in run.evaluation.values.items() if v is not None}
    assert {f"evaluation/{name}" for name in scores} == set(found.Tags()["scalars"])
    for name, value in scores.items():
        (event,) = found.Scalars(f"evaluation/{name}")
        assert (event.step, event.value) == (3, pytest.approx(value, rel=1e-6))
        described = found.SummaryMetadata(f"evaluation/{name}")
        assert described.display_name == METRICS[name].label
    (text,) = found.Tensors("command/text_summary")
    assert text.tensor_proto.string_val[0].decode().strip() == run.setting.command()


def test_the_setting_is_tensorboards_hyperparameters(run: Run, tmp_path: Path) -> None:
    from tensorboard.plugins.hparams import plugin_data_pb2

    write(run, "tensorboard", tmp_path / "out")
    found = read_events(tmp_path / "out")
    content = found.summary_metadata["_hparams_/session_start_info"].plugin_data.content
    start = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info
    assert {
        name: value.string_value if value.HasField("string_value") else str(value.number_value)
        for name, value in start.hparams.items()
    } == {
        name: str(float(text)) if re.fullmatch(r"[\d.e-]+", text) else text
        for name, text in run.setting.to_text().items()
    }


def test_a_run_that_says_little_is_exported_all_the_same(run: Run, tmp_path: Path) -> None:
    history = [{k: v for k, v in record.items() if k != "seconds"} for record in run.history]
    evaluation = dataclasses.replace(
        run.evaluation,
        values={**run.evaluation.values, "acc": None},
        undefined={"acc": "undefined because there are no labels"},
        warnings={"collapsed": "All | of <it>."},
    )
    bare = dataclasses.replace(run, history=history, evaluation=evaluation, provenance={})
    files = tensorboard.files(bare)
    (tmp_path / tensorboard.FILE).write_bytes(files[tensorboard.FILE])
    found = read_events(tmp_path)
    assert "evaluation/acc" not in found.Tags()["scalars"]
    words = found.Tensors("warnings/text_summary")[0].tensor_proto.string_val[0].decode()
    assert r"All \| of &lt;it&gt;." in words
    assert "undefined/text_summary" in found.Tags()["tensors"]


def test_without_the_package_a_sentence(run: Run, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "tensorboardX", None)
    with pytest.raises(ExportError, match="package tensorboardX"):
        tensorboard.files(run)
    assert embedding_projector.files(run)


# ------------------------------------------------------------------------------ all or nothing
@pytest.mark.parametrize("name", formats.EXPORT_FORMATS)
def test_zip_and_folder_hold_the_same(run: Run, tmp_path: Path, name: str) -> None:
    paths = write(run, name, tmp_path / "new" / "out")
    written = {p: (tmp_path / "new" / "out" / p).read_bytes() for p in paths}
    assert written == formats.EXPORT_FORMATS[name].files(run, None)
    assert write(run, name, tmp_path / "out.zip") == ["out.zip"]
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {n: archive.read(n) for n in archive.namelist()} == {
            f"{run.name}/{path}": content for path, content in written.items()
        }
    assert to_zip(run, name) == (tmp_path / "out.zip").read_bytes()  # the same each time
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new", "out.zip"]


def test_nothing_is_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(run, "projector", tmp_path / "empty")
    for there in ("empty", "file.zip", "folder.zip"):
        if there == "file.zip":
            (tmp_path / there).write_text("mine")
        elif there == "folder.zip":
            (tmp_path / there).mkdir()
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(ExportError, match="output must be"):
            write(run, "projector", tmp_path / there)
        assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "file.zip").read_text() == "mine"


def test_a_full_disk_leaves_nothing(run: Run, tmp_path: Path, monkeypatch) -> None:
    written = []

    def full(path: Path, content: bytes) -> None:
        written.append(path)
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        path.write_bytes(content)

    monkeypatch.setattr(formats, "write_synced", full)
    with pytest.raises(OSError, match="No space left"):
        write(run, "projector", tmp_path / "out")
    assert len(written) == 3
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_a_sentence() -> None:
    with pytest.raises(ExportError, match="projector, tensorboard; got 'onnx'"):
        to_zip(SimpleNamespace(name="x"), "onnx")
