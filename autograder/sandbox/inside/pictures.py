"""The program of a sandbox without a submission: it draws one file, shared as `content`, as a person would see it.

What comes back are bare pixels. The formats are those of the file's own bytes, whatever its name says: PDF (pdfium),
PNG and JPEG (Pillow, no other of its readers).
"""

import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

import numpy as np
import pypdfium2
import torch

# Pillow would import its readers at the first file, but a confined process should find all there.
from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError

from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received

READERS = (JpegImagePlugin, PngImagePlugin)
WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dpi; the longer side of a picture is the longer one of the box
MOST_PIXELS = 200_000_000  # the largest cameras of phones
MOST_SCALE = 4.0  # a PDF page smaller than a postcard is not blown up to a poster
PASSWORD = "Incorrect password"


class Unreadable(Exception):
    """The file cannot be drawn; the text is the end of a sentence that begins with its name."""


def pages(request: Received, emit: Emit) -> Answer:
    """→ `pages`: how many the file has."""
    content = _content(request)
    if not _is_pdf(content):
        with _image(content):
            return {"pages": 1}, {}
    with _document(content) as document:
        return {"pages": len(document)}, {}


def draw(request: Received, emit: Emit) -> Answer:
    """`page` (from 0) → `pixels`, uint8 of shape (H, W) or (H, W, 3)."""
    content = _content(request)
    picture = _pdf_page(content, request.params["page"]) if _is_pdf(content) else _photo(content)
    pixels = np.asarray(picture)
    # Five bits of each colour are enough to read by, and leave out the noise of a camera: a third of the file's size.
    return {}, {"pixels": torch.from_numpy(pixels & 0xF8 | pixels >> 5)}


HANDLERS: Mapping[str, Handler] = {"pages": pages, "draw": draw}


def _content(request: Received) -> bytes:
    return request.shared["content"].numpy().tobytes()


def _is_pdf(content: bytes) -> bool:
    """The standard's own rule (ISO 32000-1, annex H.3.4): the header is somewhere in the first 1024 bytes."""
    return not content.startswith((b"\x89PNG", b"\xff\xd8")) and b"%PDF-" in content[:1024]


def _pdf_page(content: bytes, number: int) -> Image.Image:
    with _document(content) as document, closing(document[number]) as page:
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            raise Unreadable("the page has no size")
        box = _box(width, height)
        scale = min(box[0] / width, box[1] / height, MOST_SCALE)
        drawn: Image.Image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
        return drawn.crop((0, 0, min(drawn.width, box[0]), min(drawn.height, box[1])))


@contextmanager
def _document(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if PASSWORD in str(error):
            raise Unreadable("it is protected by a password") from error
        raise Unreadable("it is broken, or was not transferred whole") from error
    with closing(document):
        try:
            yield document
        except pypdfium2.PdfiumError as error:
            raise Unreadable("the page is broken") from error


def _photo(content: bytes) -> Image.Image:
    with _image(content) as image:
        box = _box(*image.size)
        try:
            image.draft(
                None, box
            )  # JPEG: the reader itself reduces, so that a large photo needs little memory
            reduced = _plain(image)
        except (OSError, SyntaxError, ValueError) as error:
            raise Unreadable("it is broken, or was not transferred whole") from error
        reduced.thumbnail(box, reducing_gap=2)
        return _on_white(_upright(reduced))


@contextmanager
def _image(content: bytes) -> Iterator[Image.Image]:
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        raise Unreadable("it is a HEIC or AVIF photo: save it as JPEG")
    too_large = Unreadable(f"it has more than {MOST_PIXELS // 10**6} million pixels")
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            raise too_large from None
        except UnidentifiedImageError:
            raise Unreadable("it is neither a PDF nor a PNG nor a JPEG file") from None
        except (OSError, SyntaxError, ValueError) as error:
            raise Unreadable("it is broken, or was not transferred whole") from error
    with image:
        yield image


def _plain(image: Image.Image) -> Image.Image:
    """Loaded, in a mode that can be made smaller smoothly: palettes, single bits and 16 bits cannot."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera says it was held."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # EXIF is a format of its own, and a broken one is no reason to hide a photo
        return image


def _on_white(image: Image.Image) -> Image.Image:
    """Ink without paper, as drawing programs save it, would be black on black."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, image).convert("RGB")


def _box(width: float, height: float) -> tuple[int, int]:
    return (WIDTH, HEIGHT) if width <= height else (HEIGHT, WIDTH)
