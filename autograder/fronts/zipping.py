"""Zip files of which the bytes depend on their contents alone."""

import io
import zipfile
from collections.abc import Mapping

# The first moment that a zip can name. Contents are stored as they are: how well zlib packs depends on its version.
MOMENT = (1980, 1, 1, 0, 0, 0)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of contents by POSIX path, in the order of paths; scripts (`#!`) may be executed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.create_system = 3  # Unix, on which the next line rests
            entry.external_attr = (0o100755 if is_script(files[name]) else 0o100644) << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()


def is_script(content: bytes) -> bool:
    """Whether a file is to be executed by its first line."""
    return content.startswith(b"#!")
