"""A Run's latents for the Embedding Projector, as a part of TensorBoard and as a page of its own.

    tensors.tsv            (n, d) latents, a row per image, no header
    metadata.tsv           what is known of each image, with a header
    sprite.png             thumbnails of the images in one square picture, row by row
    projector_config.pbtxt what TensorBoard's projector reads: `tensorboard --logdir FOLDER`
    projector_config.json  the same for the page of its own, which takes the address of such a file

Formats: https://www.tensorflow.org/tensorboard/tensorboard_projector_plugin and
https://github.com/tensorflow/embedding-projector-standalone.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.export.errors import ExportError
from core.figures.images import Greys, grey_levels, grid
from core.latents.shown import HELD_OUT, ShownImages
from core.setting.setting import dataset_info

if TYPE_CHECKING:
    from core.runs.embedding import Embedding
    from core.runs.run import Run

MAX_SIDE = 8192  # pixels of the sprite: what the projector's textures may have
MIN_DIMS = 3
TENSORS, METADATA, SPRITE = "tensors.tsv", "metadata.tsv", "sprite.png"
README = """\
{name}: {n:,} latents of {d} dimensions, the images they are of, and what is known of them.

In TensorBoard: run `tensorboard --logdir .` here and choose Projector.
On https://projector.tensorflow.org: Load, then tensors.tsv and metadata.tsv. Images are shown there
when the files are served from a web address: ?config=ADDRESS/projector_config.json.
"""
PADDED = "\nThe projector needs {least} dimensions: those after the first {d} are zeros.\n"


def why_not(shown: ShownImages) -> str:
    """Why the projector can't show these images, in a sentence; nothing where it can."""
    if len(shown) and np.isfinite(shown.latents).all():
        return ""
    return (
        "latents must be finite numbers for the projector; "
        f"{'some are not' if len(shown) else 'there are none'}"
    )


def files(run: Run, shown: ShownImages | None = None) -> dict[str, bytes]:
    """The Embedding Projector's files by name.

    Args:
        run: whose latents.
        shown: which images of it; None: the held-out ones.

    Raises:
        ExportError: there is no image, or latents are not finite.
        DataError: the images can't be had.
    """
    shown = run.shown if shown is None else shown
    if why := why_not(shown):
        raise ExportError(why)
    return _files(run.name, shown.latents, metadata(run, shown), sprite(run, shown))


def files_of_embedding(embedding: Embedding, shown: ShownImages) -> dict[str, bytes]:
    """The files of points that were not trained here; their sprite where there are images.

    Args:
        embedding: whose points.
        shown: the same with their clusters, as `Embedding.shown` gives them.
    """
    facts = shown.facts(embedding.classes)
    if embedding.names is not None:
        facts.insert(0, "name", embedding.names)
    table = str(facts.to_csv(sep="\t", index=False, lineterminator="\n")).encode()
    picture = None
    if embedding.images is not None:
        side = min(embedding.images.shape[1], MAX_SIDE // _columns(len(shown)))
        greys = [_smaller(images / np.float32(255), side) for images in _parts(embedding.images)]
        picture = _sprite(greys, side)
    return _files(embedding.title, shown.latents, table, picture)


def _files(
    name: str,
    latents: npt.NDArray[np.floating[Any]],
    about: bytes,
    picture: tuple[bytes, int] | None,
) -> dict[str, bytes]:
    """All files by name.

    Args:
        name: what is shown.
        latents: (n, d).
        about: content of `METADATA`.
        picture: content of `SPRITE`, and the side of a thumbnail; None: there are no images.
    """
    n, d = latents.shape
    side = 0 if picture is None else picture[1]
    text = README.format(name=name, n=n, d=d)
    text += PADDED.format(least=MIN_DIMS, d=d) if d < MIN_DIMS else ""
    return {
        TENSORS: tensors(latents),
        METADATA: about,
        **({} if picture is None else {SPRITE: picture[0]}),
        "projector_config.pbtxt": _pbtxt(n, d, side),
        "projector_config.json": _json(name, n, d, side),
        "README.txt": text.encode(),
    }


def tensors(latents: npt.NDArray[np.floating[Any]]) -> bytes:
    """Latents (n, d) float32, tabs between; read back they are the same float32.

    The projector opens with three principal components and shows nothing where there are fewer, so
    one or two dimensions are followed by zeros.
    """
    n, d = latents.shape
    table = np.hstack([latents, np.zeros((n, max(MIN_DIMS - d, 0)), latents.dtype)])
    file = io.BytesIO()
    np.savetxt(file, table, delimiter="\t", fmt="%.9g")
    return file.getvalue()


def metadata(run: Run, shown: ShownImages) -> bytes:
    """A row per image: class, found cluster, squared error, of two splits which, and number."""
    facts = shown.facts(dataset_info(run.setting.dataset).class_names)
    return str(facts.to_csv(sep="\t", index=False, lineterminator="\n")).encode()


def sprite(run: Run, shown: ShownImages) -> tuple[bytes, int]:
    """A square PNG of all images row by row, and the side of one thumbnail in it.

    Thumbnails are as large as the images the Run was trained on, or as `MAX_SIDE` allows.
    """
    side = min(run.setting.image_size, MAX_SIDE // _columns(len(shown)))
    if side < 1:
        raise ExportError(f"the projector shows at most {MAX_SIDE**2:,} images; got {len(shown):,}")
    return _sprite(list(_thumbnails(run, shown, side)), side)


def _columns(n: int) -> int:
    return int(np.ceil(np.sqrt(n)))


def _sprite(parts: list[Greys], side: int) -> tuple[bytes, int]:
    from PIL import Image

    thumbnails = np.concatenate(parts)
    columns = _columns(len(thumbnails))
    file = io.BytesIO()
    Image.fromarray(grid(thumbnails, columns, columns)).save(file, "PNG")
    return file.getvalue(), side


def _parts(images: Greys) -> Iterator[Greys]:
    """Images (n, s, s), at most 2,048 at a time."""
    return (images[start : start + 2048] for start in range(0, len(images), 2048))


def _smaller(images: npt.NDArray[np.floating[Any]], side: int) -> Greys:
    """Images (m, s, s), 0 to 1, as grey levels (m, side, side)."""
    # torch: whoever only asks which formats there are must not wait for it
    import torch
    from torch.nn.functional import adaptive_avg_pool2d

    return grey_levels(adaptive_avg_pool2d(torch.from_numpy(images)[:, None], side)[:, 0].numpy())


def _thumbnails(run: Run, shown: ShownImages, side: int) -> Iterator[Greys]:
    """Images (at most 2,048, side, side) at a time."""
    import torch

    from core.data import splits
    from core.training.encoding import image_chunks

    setting = run.setting
    loaded = splits.load(setting)
    for part in shown.parts:
        split = loaded.test if part.split == HELD_OUT else loaded.train
        if len(split) < len(part):
            raise ExportError(
                f"{run.name} has latents of {len(part):,} {part.split} images; its data set now has "
                f"{len(split):,}"
            )
        split = split.between(0, len(part))
        for images in image_chunks(split, setting, torch.device("cpu")):  # (<= 2048, 1, s, s)
            yield _smaller((images[:, 0] / setting.pixel_range).numpy(), side)


def _pbtxt(n: int, d: int, side: int) -> bytes:
    """What TensorBoard reads; side 0: there are no images."""
    picture = f"""\
  sprite {{
    image_path: "{SPRITE}"
    single_image_dim: {side}
    single_image_dim: {side}
  }}
"""
    return f"""\
embeddings {{
  tensor_name: "latents"
  tensor_shape: {n}
  tensor_shape: {max(d, MIN_DIMS)}
  tensor_path: "{TENSORS}"
  metadata_path: "{METADATA}"
{picture if side else ""}}}
""".encode()


def _json(name: str, n: int, d: int, side: int) -> bytes:
    embedding: dict[str, Any] = {
        "tensorName": name,
        "tensorShape": [n, max(d, MIN_DIMS)],
        "tensorPath": TENSORS,
        "metadataPath": METADATA,
    }
    if side:
        embedding["sprite"] = {"imagePath": SPRITE, "singleImageDim": [side, side]}
    return json.dumps({"embeddings": [embedding]}, indent=1).encode()
