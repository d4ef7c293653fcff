"""Pictures that people draw or upload, as grey levels; every file is a stranger's.

What a file says of its size is checked before anything of it is decoded, and large pictures are made
smaller at once.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.setting.errors import UserError

if TYPE_CHECKING:
    from PIL import Image

MAX_BYTES = 10_000_000
MAX_PIXELS = 50_000_000
MAX_SIDE = 1024  # of what is given back, in pixels
_FORMATS = ("PNG", "JPEG", "WEBP")
_KNOWN = {
    b"GIF8": "a GIF",
    b"%PDF": "a PDF",
    b"BM": "a BMP",
    b"II*\0": "a TIFF",
    b"MM\0*": "a TIFF",
}


class PictureError(UserError, ValueError):
    """A picture that can't be used; the message is one sentence for people."""


def read_picture(content: bytes) -> npt.NDArray[np.uint8]:
    """Grey levels of a PNG, JPEG or WebP, turned as its EXIF says.

    What is transparent becomes the ground: white below dark ink, black below light ink.

    Args:
        content: of the file, at most `MAX_BYTES` and `MAX_PIXELS`.

    Returns:
        (h, w) uint8 from 0 (black) to 255 (white), the longer side at most `MAX_SIDE`.

    Raises:
        PictureError: another format, animated, too large, damaged or empty.
    """
    if not content:
        raise PictureError("a picture must be a PNG, JPEG or WebP file; got an empty one")
    if len(content) > MAX_BYTES:
        raise PictureError(
            f"a picture must have at most {MAX_BYTES // 10**6} MB; got {len(content) / 1e6:.1f} MB"
        )
    image = _opened(content)
    try:
        return _greys(image)
    except PictureError:
        raise
    except MemoryError as error:
        raise PictureError("the picture is too large for the memory that is free") from error
    except Exception as error:  # strangers' bytes: each format raises errors of its own
        raise PictureError(
            "the picture can't be read: the file is damaged or cut off; save it anew"
        ) from error


def size_of(content: bytes) -> tuple[int, int]:
    """Height and width of a picture, turned as its EXIF says, by its header; nothing is decoded.

    Raises:
        PictureError: another format, animated, too large or without a header.
    """
    if len(content) > MAX_BYTES:
        raise PictureError(f"a picture must have at most {MAX_BYTES // 10**6} MB")
    image = _opened(content)
    height, width = image.height, image.width
    is_turned = image.getexif().get(0x0112, 1) >= 5  # the orientation of EXIF
    return (width, height) if is_turned else (height, width)


def _opened(content: bytes) -> Image.Image:
    """The picture with its header read, and nothing decoded."""
    from PIL import Image, UnidentifiedImageError

    too_large = PictureError(f"a picture must have at most {MAX_PIXELS // 10**6} million pixels")
    try:
        image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large from error
    except UnidentifiedImageError as error:
        raise PictureError(
            f"a picture must be a PNG, JPEG or WebP file; got {_kind(content)}"
        ) from error
    except Exception as error:
        raise PictureError(
            "the picture can't be read: the file is damaged or cut off; save it anew"
        ) from error
    if image.width * image.height > MAX_PIXELS:
        raise too_large
    # telephones put several pictures into a JPEG: the first is the photo
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise PictureError("a picture must not be animated; save one frame of it")
    return image


def _kind(content: bytes) -> str:
    head = content[:1000].lstrip().lower()
    if b"<svg" in head or head.startswith(b"<?xml"):
        return "an SVG"
    found = [name for start, name in _KNOWN.items() if content.startswith(start)]
    return found[0] if found else "something else, or a file whose beginning is damaged"


def _greys(image: Image.Image) -> npt.NDArray[np.uint8]:
    from PIL import ImageOps

    image.draft("L", (MAX_SIDE, MAX_SIDE))  # of a JPEG, decode no more pixels than are needed
    image.load()
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bit
        return _smaller(_from_array(np.asarray(image) // 257))
    if not image.has_transparency_data:
        return _smaller(image if image.mode == "L" else image.convert("RGB").convert("L"))
    return _composited(image)


def _composited(image: Image.Image) -> npt.NDArray[np.uint8]:
    """A picture with transparent parts on the ground that its ink stands out from."""
    from PIL import Image

    whole = image if image.mode in ("LA", "RGBA") else image.convert("RGBA")
    alpha, ink = whole.getchannel("A"), whole.convert("L")
    cover = np.asarray(alpha.resize((64, 64), Image.Resampling.BOX), np.float64)
    shade = Image.composite(ink, Image.new("L", ink.size, 0), alpha)  # grey times cover
    mean = np.asarray(shade.resize((64, 64), Image.Resampling.BOX), np.float64).sum()
    is_dark = mean < 127.5 * cover.sum() / 255
    ground = Image.new("L", ink.size, 255 if is_dark else 0)
    return _smaller(Image.composite(ink, ground, alpha))


def _from_array(values: npt.NDArray[Any]) -> Image.Image:
    from PIL import Image

    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def _smaller(grey: Image.Image) -> npt.NDArray[np.uint8]:
    """By whole blocks to at most `MAX_SIDE` on its longer side."""
    factor = -(-max(grey.size) // MAX_SIDE)
    return np.array(grey.reduce(factor) if factor > 1 else grey, dtype=np.uint8)
