"""Files that strangers upload: what is read, and what is refused in one sentence."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core.data import pictures
from core.data.pictures import MAX_SIDE, PictureError, read_picture

RNG = np.random.default_rng(1)


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def steps() -> np.ndarray:
    """Grey levels (20, 30) that differ at each corner."""
    return np.add.outer(np.arange(20) * 5, np.arange(30) * 3).astype(np.uint8)


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "RGBA", "LA", "1"])
def test_a_png_of_any_mode_gives_its_grey_levels(mode: str) -> None:
    greys = (steps() > 90) * np.uint8(255)
    content = saved(Image.fromarray(greys).convert(mode))
    np.testing.assert_array_equal(read_picture(content), greys)


def test_sixteen_bits_become_eight() -> None:
    image = Image.fromarray(steps().astype(np.uint16) * 257)
    np.testing.assert_array_equal(read_picture(saved(image)), steps())


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "L"), ("JPEG", "CMYK"), ("WEBP", "RGB")])
def test_lossy_formats_are_near(kind: str, mode: str) -> None:
    found = read_picture(saved(Image.fromarray(steps()).convert(mode), kind, quality=95))
    assert np.abs(found.astype(int) - steps()).max() <= 6


def test_exif_turns_the_picture() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera lay on its side: turn by 90 degrees
    found = read_picture(saved(Image.fromarray(steps()), "JPEG", quality=98, exif=exif))
    assert found.shape == (30, 20)
    assert np.abs(found.astype(int) - np.rot90(steps(), -1)).max() <= 4


@pytest.mark.parametrize(("ink", "ground"), [(0, 255), (255, 0), (90, 255), (200, 0)])
def test_what_is_transparent_is_a_ground_that_ink_stands_out_from(ink: int, ground: int) -> None:
    rgba = np.zeros((40, 40, 4), np.uint8)  # its transparent pixels are black
    rgba[10:20, 10:20] = (ink, ink, ink, 255)
    found = read_picture(saved(Image.fromarray(rgba)))
    assert found[0, 0] == ground
    assert found[15, 15] == ink


def test_half_transparent_ink_is_half_as_strong() -> None:
    rgba = np.zeros((40, 40, 4), np.uint8)
    rgba[10:20, 10:20, 3] = 128
    assert read_picture(saved(Image.fromarray(rgba)))[15, 15] == 127


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_large_pictures_become_smaller(kind: str) -> None:
    found = read_picture(saved(Image.new("RGB", (5000, 2500), (10, 20, 30)), kind))
    assert max(found.shape) <= MAX_SIDE
    assert found.shape[1] / found.shape[0] == pytest.approx(2, rel=0.01)
    assert np.abs(found.astype(int) - 18).max() <= 1


def test_a_photo_of_several_pictures_is_its_first() -> None:
    image = Image.fromarray(steps())
    content = saved(image, "MPO", save_all=True, append_images=[Image.new("L", (30, 20))])
    assert np.abs(read_picture(content).astype(int) - steps()).max() < 20


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    image = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + image


def frames(kind: str) -> bytes:
    moving = [Image.fromarray(steps()), Image.fromarray(255 - steps())]
    return saved(moving[0], kind, save_all=True, append_images=moving[1:])


NOISE = RNG.integers(0, 255, (50, 50), np.uint8)
PNG = saved(Image.fromarray(NOISE))
JPEG = saved(Image.fromarray(NOISE), "JPEG")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "got an empty one", id="empty"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "got an SVG", id="SVG"),
        pytest.param(b"<?xml version='1.0'?><svg/>", "got an SVG", id="SVG with a head"),
        pytest.param(frames("GIF"), "got a GIF", id="GIF"),
        pytest.param(saved(Image.fromarray(NOISE), "BMP"), "got a BMP", id="BMP"),
        pytest.param(frames("PNG"), "must not be animated", id="animated PNG"),
        pytest.param(frames("WEBP"), "must not be animated", id="animated WebP"),
        pytest.param(b"hello", "something else", id="text"),
        pytest.param(PNG[:4] + b"x" + PNG[5:], "something else", id="a broken beginning"),
        pytest.param(PNG[: len(PNG) // 2], "damaged or cut off", id="half a PNG"),
        pytest.param(JPEG[: len(JPEG) // 2], "damaged or cut off", id="half a JPEG"),
        pytest.param(PNG[:30], "damaged|something else", id="a PNG's head alone"),
        pytest.param(bytes(pictures.MAX_BYTES + 1), "at most 10 MB; got 10.0 MB", id="10 MB"),
        pytest.param(bomb(7100, 7100), "at most 50 million pixels", id="50 megapixels"),
        pytest.param(bomb(10_000, 10_000), "at most 50 million pixels", id="Pillow warns"),
        pytest.param(bomb(60_000, 60_000), "at most 50 million pixels", id="Pillow refuses"),
        pytest.param(bomb(3000, 3000), "damaged or cut off", id="less than it says"),
    ],
)
def test_what_is_no_picture_is_one_sentence(content: bytes, message: str) -> None:
    with pytest.raises(PictureError, match=message):
        read_picture(content)


def test_nothing_of_a_bomb_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "_greys", lambda image: pytest.fail("decoded"))
    with pytest.raises(PictureError):
        read_picture(bomb(7100, 7100))


@pytest.mark.parametrize("seed", range(30))
def test_damaged_bytes_are_a_sentence_or_a_picture(seed: int) -> None:
    rng = np.random.default_rng(seed)
    content = bytearray((PNG, JPEG, saved(Image.fromarray(NOISE), "WEBP"))[seed % 3])
    for place in rng.integers(0, len(content), 5):
        content[place] = rng.integers(256)
    with contextlib.suppress(PictureError):
        assert read_picture(bytes(content)).dtype == np.uint8
