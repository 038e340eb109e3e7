"""What a sandbox may read: Python, its libraries and the system's, and nothing of this package or of the repository."""

import os
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SYSTEM_ROOTS = (
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share",
    "/lib",
    "/lib64",
    "/etc/alternatives",
)
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")


@dataclass(frozen=True)
class View:
    """roots: folders that are readable, but for what lies under `hidden`; files: single readable files.

    devices: device nodes that may be opened for reading and writing, and controlled by ioctl.
    own: readable files of /proc/self; where there are any, the process may also name its threads there.
    """

    roots: tuple[str, ...]
    hidden: tuple[str, ...]
    files: tuple[str, ...]
    devices: tuple[str, ...] = ()
    own: tuple[str, ...] = ()

    def readable(self) -> Iterator[str]:
        """The fewest paths that cover the roots and nothing hidden, for rules that can only allow."""
        for root in self.roots:
            yield from self._around(root)
        yield from self.files

    def listed(self) -> Iterator[str]:
        """Folders with something hidden in them: their names must be listed for Python's import to work."""
        for root in self.roots:
            for folder in {os.path.dirname(path) for path in self.hidden}:
                while _under(folder, root):
                    yield folder
                    folder = os.path.dirname(folder)

    def shows(self, path: str) -> bool:
        """Whether `path` lies under a root."""
        return any(_under(path, root) for root in self.roots)

    def _around(self, path: str) -> Iterator[str]:
        if path in self.hidden:
            return
        if not any(_under(hidden, path) for hidden in self.hidden):
            yield path
            return
        for name in sorted(os.listdir(path)):
            yield from self._around(os.path.join(path, name))


def current() -> View:
    """The view for this interpreter."""
    base = os.path.join(sys.base_prefix, "lib")
    libraries = [entry for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    wanted = [base, sysconfig.get_path("stdlib"), *libraries, *SYSTEM_ROOTS]
    folders = [os.path.abspath(path) for path in wanted if os.path.isdir(path)]
    roots = [r for i, r in enumerate(folders) if not any(_under(r, other) for other in folders if other != r)]
    roots = list(dict.fromkeys(roots))
    package = str(Path(__file__).parents[1])
    places = [
        *libraries,
        *Path(base).glob("python3*/site-packages"),
        *Path(base).glob("python3*/dist-packages"),
    ]
    ours = [str(path) for place in places for path in Path(str(place)).iterdir() if _is_ours(path.name)]
    hidden = [path for path in [package, *ours] if any(_under(path, root) for root in roots)]
    files = [path for path in SYSTEM_FILES if os.path.isfile(path)]
    return View(tuple(roots), tuple(dict.fromkeys(map(os.path.abspath, hidden))), tuple(files))


def _is_ours(name: str) -> bool:
    return "autograder" in name.lower() or name.startswith("__editable__")


def _under(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
