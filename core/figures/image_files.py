"""Images as files: a page of a grid, a film strip, an animation, the arrays themselves."""

from __future__ import annotations

import io
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from core.figures.images import Greys, Images, grey_levels, grid, montage

SCALE = 4  # pixels of a picture for each pixel of an image
MAX_SIDE = 8_192  # pixels of a picture across or up
Animation = Literal["webp", "gif"]


def png(page: Greys, scale: int = 1) -> bytes:
    """Grey levels (h, w) as a PNG, each pixel a square of `scale` pixels.

    Raises:
        ValueError: a scale below 1, or a picture of more than `MAX_SIDE` pixels.
    """
    from PIL import Image  # with the first picture, not with every figure

    file = io.BytesIO()
    Image.fromarray(_enlarged(page, scale)).save(file, "PNG")
    return file.getvalue()


def grid_png(images: Images, columns: int, scale: int = SCALE, *, lines: bool = False) -> bytes:
    """Images as tiles, row by row: the picture of a plane's grid.

    Args:
        images: (n, s, s), 0 to 1.
        columns: tiles in a row, as `Plane.xs` has places.
        scale: pixels for each pixel of an image.
        lines: grey lines between the tiles.

    Raises:
        ValueError: no images, columns or scale below 1, or a picture that would be too large.
    """
    if lines or len(images) == 0 or columns < 1:
        return png(montage(images, columns), scale)
    return png(grid(grey_levels(images), columns, -(-len(images) // columns)), scale)


def film_strip(images: Images, scale: int = SCALE) -> bytes:
    """Frames (m, s, s) beside each other, with grey lines between them, as a PNG."""
    return png(montage(images, len(images)), scale)


def animation(
    images: Images,
    kind: Animation = "webp",
    *,
    seconds: float = 2.0,
    scale: int = SCALE,
    back: bool = True,
) -> bytes:
    """Frames as an animation without end.

    Args:
        images: (m, s, s), 0 to 1, at least one.
        kind: "webp" (without loss) or "gif".
        seconds: of the way there, more than 0; no frame is shorter than 20 ms.
        scale: pixels for each pixel of an image.
        back: then show the frames in reverse.

    Raises:
        ValueError: no images, or an argument out of its range.
    """
    from PIL import Image

    if len(images) == 0 or seconds <= 0 or kind not in ("webp", "gif"):
        raise ValueError(
            f"an animation must have frames, seconds above 0 and kind webp or gif; got "
            f"{len(images)}, {seconds} and {kind!r}"
        )
    shown = np.concatenate([images, images[-2:0:-1]]) if back else images
    frames = [Image.fromarray(_enlarged(page, scale)) for page in grey_levels(shown)]
    each = max(20, round(1000 * seconds / len(images)))
    options: dict[str, Any] = {"lossless": True} if kind == "webp" else {"optimize": False}
    if kind == "webp":
        frames = [frame.convert("RGB") for frame in frames]
    file = io.BytesIO()
    frames[0].save(
        file,
        kind.upper(),
        save_all=True,
        append_images=frames[1:],
        duration=each,
        loop=0,
        **options,
    )
    return file.getvalue()


def npz(**arrays: npt.NDArray[Any]) -> bytes:
    """Arrays by name as an .npz, compressed; numbers and texts only, so that nothing is pickled.

    Raises:
        ValueError: an array of Python objects.
    """
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _enlarged(page: Greys, scale: int) -> Greys:
    if scale < 1 or scale * max(page.shape) > MAX_SIDE:
        raise ValueError(
            f"a picture must be enlarged at least once and have at most {MAX_SIDE} pixels across; "
            f"got {page.shape} times {scale}"
        )
    return np.ascontiguousarray(np.repeat(np.repeat(page, scale, axis=0), scale, axis=1))
