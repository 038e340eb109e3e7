"""Serves the files of a submission from memory.

Modules of `generative` come first; any other file of the submission comes after the normal path, so that a
submission's `torch.py` cannot shadow a library.
"""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import sys
import types
from collections.abc import Collection, Mapping, Sequence

ROOT = "/submission/"
"""Prefix of the file names that student code sees of itself. Nothing lies there on disk."""
PACKAGE = "generative"
_found: dict[str, None] = {}  # names of the modules that came from a submission, in order
_too_much: set[str] = set()
"""Files that Python gave up reading."""


def loaded() -> list[types.ModuleType]:
    """The modules of the submission's package. (To look for them among all modules would touch every page that holds a
    module's name, and unshare it from the zygote.)"""
    return [sys.modules[name] for name in _found if name.partition(".")[0] == PACKAGE and name in sys.modules]


class Loader(importlib.abc.InspectLoader):
    """Loads one module from bytes."""

    def __init__(self, path: str, content: bytes, package: bool) -> None:
        self._path, self._content, self._package = path, content, package

    def get_filename(self, fullname: str) -> str:
        return ROOT + self._path

    def is_package(self, fullname: str) -> bool:
        return self._package

    def get_source(self, fullname: str) -> str:
        return importlib.util.decode_source(self._content)

    def get_code(self, fullname: str) -> types.CodeType:
        filename = ROOT + self._path
        if b"\0" in self._content:
            raise SyntaxError("source code cannot contain null bytes", (filename, 1, 1, None))
        try:
            if self._path in _too_much:
                raise MemoryError
            code: types.CodeType = compile(self._content, filename, "exec", dont_inherit=True)
        except (MemoryError, RecursionError):  # the parser has bounds of its own
            _too_much.add(self._path)  # every call imports what failed again: once is slow enough
            text = "nested too deeply, or too long, for Python to read: cut it into smaller parts"
            raise SyntaxError(text, (filename, None, None, None)) from None
        lines = self.get_source(fullname).splitlines(keepends=True)
        linecache.cache[filename] = (len(self._content), None, lines, filename)
        return code


class Finder(importlib.abc.MetaPathFinder):
    """Finds modules among the files: those of `generative`, or (`helpers`) all others."""

    def __init__(self, files: Mapping[str, bytes], helpers: bool) -> None:
        self._files, self._helpers = files, helpers
        self.emptied: set[str] = set()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        top = fullname.partition(".")[0]
        if (top == PACKAGE) == self._helpers:
            return None
        if top != fullname and top not in _found:
            return None  # nothing is added to a library: Python itself looks for codecs in `encodings`
        base = fullname.replace(".", "/")
        for name, package in ((f"{base}/__init__.py", True), (f"{base}.py", False)):
            if name in self._files and not (package and fullname in self.emptied):
                return self._spec(fullname, name, self._files[name], package)
        if any(name.startswith(base + "/") for name in self._files):
            return self._spec(fullname, f"{base}/__init__.py", b"", True)
        return None

    def _spec(
        self, fullname: str, name: str, content: bytes, package: bool
    ) -> importlib.machinery.ModuleSpec | None:
        loader = Loader(name, content, package)
        _found[fullname] = None
        return importlib.util.spec_from_file_location(
            fullname,
            ROOT + name,
            loader=loader,
            submodule_search_locations=[ROOT + name.rpartition("/")[0]] if package else None,
        )


class Submission:
    """The files of one submission, importable in this process from the first import on."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self._first = Finder(self.files, helpers=False)
        self._importable = False

    def keep(self, names: Collection[str]) -> None:
        """Forget all other files: nothing can import them any more."""
        for name in self.files.keys() - names:
            del self.files[name]

    def _make_importable(self) -> None:
        if not self._importable:
            sys.meta_path.insert(0, self._first)
            sys.meta_path.append(Finder(self.files, helpers=True))
        self._importable = True

    def module(self, name: str) -> tuple[types.ModuleType, BaseException | None]:
        """Import one file alone. If `generative/__init__.py` fails, an empty package takes its place; why, comes too."""
        self._make_importable()
        loaded_before = sys.modules.get(name)
        if loaded_before is not None:
            return loaded_before, None
        failed = None
        if name.partition(".")[0] == PACKAGE and name != PACKAGE and PACKAGE not in sys.modules:
            try:
                importlib.import_module(PACKAGE)
            except BaseException as error:
                failed = error
                self._first.emptied.add(PACKAGE)
                for loaded in [key for key in sys.modules if key.partition(".")[0] == PACKAGE]:
                    del sys.modules[loaded]
        return importlib.import_module(name), failed
