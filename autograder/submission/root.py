"""Where in a submission the exercise begins: at the top, or one folder down."""

from collections.abc import Callable, Collection, Iterable


def find_roots(paths: Collection[str], packages: Collection[str]) -> list[str]:
    """The prefixes ("" or "folder/") below which the exercise lies, the one to take first; none if it is not there.

    A place with one of the `packages` goes before one with only a notebook, the top goes before a folder.
    """
    top = [""]
    folders = sorted({path.partition("/")[0] + "/" for path in paths if "/" in path})
    for holds in (lambda rest: rest.partition("/")[1] and rest.partition("/")[0] in packages, _is_notebook):
        for prefixes in (top, folders):
            found = [prefix for prefix in prefixes if _below(paths, prefix, holds)]
            if found:
                return found
    return []


def _below(paths: Iterable[str], prefix: str, holds: Callable[[str], bool]) -> bool:
    return any(holds(path.removeprefix(prefix)) for path in paths if path.startswith(prefix))


def _is_notebook(rest: str) -> bool:
    return "/" not in rest and rest.endswith(".ipynb")
