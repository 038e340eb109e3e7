"""Photos and scans as students hand them in, and files that only look like them, written byte by byte."""

import io
import struct
import zlib
from collections.abc import Sequence

from PIL import Image

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def pdf(pages: Sequence[str], *, box: str = "0 0 595 842", trailer: str = "") -> bytes:
    """A PDF (ISO 32000-1) with one line of Helvetica on each page; the font is not in the file."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} /MediaBox [{box}] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i, line in enumerate(pages):
        content = f"BT /F1 40 Tf 60 700 Td ({line}) Tj ET"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /Contents {5 + 2 * i} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, text in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    )
    return bytes(out)


def encrypted_pdf() -> bytes:
    """With the standard security handler and a password that nobody knows."""
    key = "42" * 32
    return pdf(
        ["secret"],
        trailer=f"/ID [<{'00' * 16}> <{'00' * 16}>] "
        f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{key}> /U <{key}> /P -4 >>",
    )


def saved(image: Image.Image, format: str, orientation: int | None = None) -> bytes:
    file = io.BytesIO()
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    image.save(file, format, exif=exif)
    return file.getvalue()


def two_halves(size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Left red, right blue."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    return image


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG whose header announces a size for which it holds no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def opened(content: bytes) -> Image.Image:
    """One of our pictures, read by another implementation than wrote it."""
    image = Image.open(io.BytesIO(content))
    assert image.format == "PNG"
    return image
