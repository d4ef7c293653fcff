"""The letters A to Z as fonts draw them: `python -m benchmarks.letters --out letters.npz`.

Images that are neither digits nor written by hand: every letter once in each of up to 100 fonts, light
on dark, 28 x 28 pixels. A font is any file of TrueType or OpenType below `--fonts` that draws 26
different letters; each family gives one font before any gives two, its regular one first. The same
fonts give the same file. What was measured used these of Debian's packages, "fonts-" before each name:

    lato open-sans cabin comfortaa dosis jura karla quicksand vollkorn dancingscript lobster lobstertwo
    kaushanscript comic-neue humor-sans ebgaramond oldstandard cardo courier-prime anonymous-pro
    inconsolata hack jetbrains-mono 3270 agave monofur fantasque-sans tuffy yanone-kaffeesatz play
    prociono quattrocento allerta arapey averia-sans-gwf averia-serif-gwf b612 bebas-neue breip cantarell
    dustin eurofurence femkeklaver gfs-didot go isabella junction junicode kristi leckerli-one
    linuxlibertine ocr-a opendyslexic paratype radisnoir roboto-slab rufscript sil-andika sil-gentium
    sjfonts staypuft texgyre urw-base35 freefont-otf dejavu-core liberation adf-accanthis
    adf-baskervald adf-gillius adf-libris adf-romande adf-universalis adf-oldania adf-irianis
    adf-switzera adf-berenis essays1743 goudybookletter fanwood lindenhill dkg-handwriting
    league-spartan league-mono national-park tomsontalks
"""

from __future__ import annotations

import argparse
import json
import string
from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Array = npt.NDArray[np.uint8]

FONTS = Path("/usr/share/fonts")
MOST = 100
SIDE, INK = 28, 20  # of an image, and of the longer side of a letter in it, as MNIST has it
_DRAWN = 96  # pixels: drawn large, then made smaller
_NO_LETTERS = (
    "symbol",
    "math",
    "ding",
    "icon",
    "emoji",
    "d050000l",
    "music",
    "ornament",
    "braille",
)


def letters(folder: Path = FONTS, most: int = MOST) -> tuple[Array, npt.NDArray[np.str_]]:
    """Images (n, 28, 28) of all letters in up to `most` fonts below a folder, and their labels (n,).

    Raises:
        ValueError: no font there draws the letters.
    """
    drawn: list[Array] = []
    for path in _in_turns(folder):
        if len(drawn) == most:
            break
        if (images := _alphabet(path)) is not None:
            drawn.append(images)
    if not drawn:
        raise ValueError(f"{folder} must have fonts that draw the letters A to Z; none was found")
    labels = np.array(list(string.ascii_lowercase))
    return np.concatenate(drawn), np.tile(labels, len(drawn))


def _in_turns(folder: Path) -> Iterator[Path]:
    """Files of fonts: the first of every family, then the second of every family, and so on."""
    families: dict[str, list[tuple[bool, str, Path]]] = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in (".ttf", ".otf") and not any(
            word in path.name.lower() for word in _NO_LETTERS
        ):
            try:
                family, style = ImageFont.truetype(path, _DRAWN).getname()
            except OSError:
                continue
            plain = (style or "").lower() not in ("regular", "book", "roman", "normal", "medium")
            families[family or path.stem].append((plain, path.name, path))
    ordered = [sorted(found) for _, found in sorted(families.items())]
    for turn in zip_longest(*ordered):
        yield from (one[2] for one in turn if one is not None)


def _alphabet(path: Path) -> Array | None:
    """The 26 letters (26, 28, 28) in a font; None where it draws fewer than 26 different ones."""
    font = ImageFont.truetype(path, _DRAWN)
    try:
        images = [_letter(letter, font) for letter in string.ascii_uppercase]
    except (OSError, ValueError):
        return None
    if any(image is None for image in images):
        return None
    found = np.stack([image for image in images if image is not None])
    return found if len(np.unique(found, axis=0)) == len(found) else None


def _letter(letter: str, font: ImageFont.FreeTypeFont) -> Array | None:
    """One letter (28, 28), its ink in the middle; None where nothing is drawn."""
    page = Image.new("L", (4 * _DRAWN, 4 * _DRAWN))
    ImageDraw.Draw(page).text((_DRAWN, _DRAWN), letter, fill=255, font=font)
    box = page.getbbox()
    if box is None:
        return None
    ink = page.crop(box)
    share = INK / max(ink.size)
    small = ink.resize([max(1, round(length * share)) for length in ink.size], Image.Resampling.BOX)
    image = Image.new("L", (SIDE, SIDE))
    image.paste(small, ((SIDE - small.width) // 2, (SIDE - small.height) // 2))
    return np.asarray(image)


def main() -> None:
    """Draw the letters and write them; with --json the last line is one object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fonts", type=Path, default=FONTS, help=f"default: {FONTS}")
    parser.add_argument("--most", type=int, default=MOST, help=f"fonts; default: {MOST}")
    parser.add_argument("--out", type=Path, required=True, help="an .npz with images and labels")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    images, labels = letters(args.fonts, args.most)
    np.savez_compressed(args.out, images=images, labels=labels)
    fonts = len(images) // len(string.ascii_uppercase)
    print(f"{len(images):,} letters in {fonts} fonts: {args.out}")
    if args.json:
        print(json.dumps({"images": len(images), "fonts": fonts}))


if __name__ == "__main__":
    main()
