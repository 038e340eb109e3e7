"""Given: packs what you hand in. `python -m generative.submit` in this folder makes submission.zip.

It lists what is in it and what seems to be missing. The zip is made all the same: you decide.
"""

import argparse
import ast
import hashlib
import json
import re
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

NOTEBOOK = "generative_models.ipynb"
PACKAGE, WRITTEN = "generative", "written"
YOURS = tuple(f"{PACKAGE}/{name}.py" for name in ("divergence", "elbo", "vae", "predictions", "gan"))
QUESTIONS = ("9-1a", "9-1b", "9-1c", "9-1d", "9-1e", "9-2a", "9-2b", "9-2c", "9-2d")
PAPER, PAGE = (".pdf", ".png", ".jpg", ".jpeg"), re.compile(r"-\d{1,2}$")
TEXT = (".py", ".ipynb", ".md", ".txt", ".toml", ".ini", ".cfg")
PLAIN_NAME = re.compile(r"[ -\[\]-~]{1,255}")  # the letters that every computer reads alike
PLACEHOLDER = "*Your answer here.*"
LARGE, TOO_LARGE = 20 * 2**20, 64 * 2**20  # bytes; a file above the second one is not accepted

# Files of generative/ that the grader takes from its own copy.
GIVEN = frozenset(
    f"{PACKAGE}/{name}.py"
    for name in (
        *("anchors", "check", "check_training", "data", "derivation", "gan_models", "submit", "training"),
        *(f"plots/{name}" for name in ("__init__", "bound", "divergence", "figure", "gan", "images", "vae")),
    )
)
# What came with the handout, what programs leave behind, and hidden files are left out without a word.
HANDOUT = {"README.md", "requirements.txt", "pytest.ini", "test_public.py", "tests", "digits"}
LEFTOVERS = {
    *("submission.zip", "data", "mnist", "__pycache__", "venv", "env", "site-packages", "node_modules"),
    *("thumbs.db", "desktop.ini", "__macosx"),
}


def collect(folder: Path) -> tuple[Mapping[str, bytes], Sequence[str]]:
    """The files to hand in by their path, and what the student should know about them."""
    files: dict[str, bytes] = {}
    warnings = []
    for path in _candidates(folder):
        name = path.relative_to(folder).as_posix()
        if not _belongs(name):
            warnings.append(
                f"{name} is left out: it is neither code in {PACKAGE}/ nor an answer in {WRITTEN}/."
            )
            continue
        if not PLAIN_NAME.fullmatch(name):
            warnings.append(
                f"{name} is left out: use only letters without accents, digits, - and _ in its name."
            )
            continue
        if twins := [other for other in files if other.casefold() == name.casefold()]:
            warnings.append(
                f"{name} is left out: on some computers it is one name with {twins[0]}. Rename one."
            )
            continue
        size = path.stat().st_size
        if size <= TOO_LARGE:
            files[name] = path.read_bytes()
        if size > LARGE:
            fate = "left out, because it would not be accepted" if size > TOO_LARGE else "large"
            warnings.append(f"{name} ({_size(size)}) is {fate}: {_remedy(name)}.")
    return files, [*warnings, *_about_code(files), *_about_notebook(files, folder), *_about_answers(files)]


def pack(files: Mapping[str, bytes], archive: Path) -> str:
    """Write the zip; its SHA-256. The same files give the same bytes, whenever and wherever it is made."""
    with zipfile.ZipFile(archive, "w") as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)  # dated 1980
            entry.create_system = 3  # as on Unix, on Windows too
            entry.external_attr = 0o644 << 16
            # Stored, not compressed: compressed bytes differ from one version of zlib to the next.
            packed.writestr(entry, files[name], zipfile.ZIP_STORED)
    return hashlib.sha256(archive.read_bytes()).hexdigest()


def content_hash(files: Mapping[str, bytes]) -> str:
    """The SHA-256 by which the grader names this content, however it was packed: it stands on the feedback page.

    It covers the paths and contents of what is yours and what the grader reads: neither given files nor, in
    written/, files of a kind that it does not open. Each part is preceded by its length in 8 bytes.
    """
    total = hashlib.sha256()
    for name in sorted(name for name in files if name not in GIVEN and _is_read(name)):
        for part in (name.encode(), files[name]):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def _candidates(folder: Path) -> Iterator[Path]:
    """Files of the package and of written/, and whatever lies beside these two folders, without looking into it."""
    for top in sorted(folder.iterdir()):
        for path in sorted(top.rglob("*")) if top.is_dir() and top.name in (PACKAGE, WRITTEN) else [top]:
            parts = path.relative_to(folder).parts
            expected = HANDOUT.intersection(parts) or LEFTOVERS.intersection(map(str.casefold, parts))
            hidden = any(part.startswith((".", "~")) for part in parts)
            if not expected and not hidden and (path == top or path.is_file()):
                yield path


def _belongs(name: str) -> bool:
    if name.startswith(f"{PACKAGE}/"):
        return name.endswith(".py")
    return name == NOTEBOOK or name.startswith(f"{WRITTEN}/")


def _is_read(name: str) -> bool:
    path = PurePosixPath(name)
    kind = path.suffix.lower()
    return kind in TEXT or (kind in PAPER and path.parent.name.casefold() == WRITTEN)


def _remedy(name: str) -> str:
    if name == NOTEBOOK:
        return "clear the outputs that print or draw very much, and save it"
    return "scan or photograph it at a lower resolution" if name.startswith(WRITTEN) else "make it smaller"


def _about_code(files: Mapping[str, bytes]) -> Iterator[str]:
    if missing := [name for name in YOURS if name not in files]:
        yield f"Missing: {', '.join(missing)}."
    for name in (name for name in files if name.endswith(".py")):
        try:
            tree = ast.parse(files[name], name)
        except (SyntaxError, ValueError) as error:
            line = f", line {error.lineno}," if isinstance(error, SyntaxError) else ""
            yield f"{name}{line} is not Python: nothing in this file can be graded."
            continue
        if stubs := list(_stubs(tree)):
            yield f"{name}: not written yet: {', '.join(stubs)}."
        if name.endswith("/predictions.py") and (unset := _unset(tree)):
            yield f"{name}: without a number: {', '.join(unset)}."


def _stubs(tree: ast.Module) -> Iterator[str]:
    """Functions and methods that still end in the handout's `raise NotImplementedError(…)`."""
    owners = [("", tree), *((f"{c.name}.", c) for c in tree.body if isinstance(c, ast.ClassDef))]
    for prefix, owner in owners:
        for function in (node for node in owner.body if isinstance(node, ast.FunctionDef)):
            last = function.body[-1]
            if isinstance(last, ast.Raise) and "NotImplementedError" in ast.unparse(last):
                yield prefix + function.name


def _unset(tree: ast.Module) -> list[str]:
    """Constants whose last value is None."""
    values = {}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                values[ast.unparse(target)] = ast.unparse(node.value)
    return [name for name, value in values.items() if value == "None"]


def _about_notebook(files: Mapping[str, bytes], folder: Path) -> Iterator[str]:
    cells = _cells(files)
    if cells is None:
        yield f"{NOTEBOOK} is {'damaged' if NOTEBOOK in files else 'missing'}: the written answers belong in it."
        return
    code = [cell for cell in cells if cell.get("cell_type") == "code" and _text(cell)]
    waiting = [cell for cell in code if cell.get("execution_count") is None]
    if waiting and len(waiting) == len(code):
        yield f"{NOTEBOOK} was not run, or not saved after its run: run all its cells and save it."
        return
    if waiting:
        yield f"{NOTEBOOK}: {len(waiting)} of {len(code)} code cells were not run: run them and save it."
    for cell in code:
        for output in cell.get("outputs", ()):
            if output.get("output_type") == "error":
                yield f"{NOTEBOOK}: cell [{cell.get('execution_count')}] ended in {output.get('ename')}."
    saved = (folder / NOTEBOOK).stat().st_mtime
    later = [name for name in files if name.endswith(".py") and (folder / name).stat().st_mtime > saved]
    if later:
        yield f"{NOTEBOOK} is older than {', '.join(later)}: run it again with your final code and save it."


def _about_answers(files: Mapping[str, bytes]) -> Iterator[str]:
    papers = {name: _question_of(name) for name in files if name.startswith(f"{WRITTEN}/")}
    for name in (name for name, question in papers.items() if question is None):
        yield (
            f"{name} belongs to no question: an answer on paper is a PDF, PNG or JPEG file named after its question, "
            f"{WRITTEN}/9-1a.pdf, and its further pages {WRITTEN}/9-1a-2.pdf and so on."
        )
    answered = {*papers.values(), *_answered_cells(_cells(files) or [])}
    if missing := [question for question in QUESTIONS if question not in answered]:
        paper = f"{WRITTEN}/{missing[0]}.pdf (.png, .jpg)"
        yield f"No written answer to {', '.join(missing)}: not in its cell, and not as {paper}."


def _question_of(name: str) -> str | None:
    """ "9-1a" of written/9-1a.pdf and written/9-1A-2.jpg."""
    path = PurePosixPath(name.lower())
    question = path.stem if path.stem in QUESTIONS else PAGE.sub("", path.stem)
    fits = path.parent.name == WRITTEN and path.suffix in PAPER and question in QUESTIONS
    return question if fits else None


def _answered_cells(cells: Sequence[dict]) -> Iterator[str]:
    for cell in cells:
        about = cell.get("metadata", {}).get("nbgrader", {})
        if about.get("solution") and (_text(cell) not in ("", PLACEHOLDER) or cell.get("attachments")):
            yield about.get("grade_id", "").removesuffix("-written")


def _text(cell: Mapping) -> str:
    return "".join(cell.get("source", "")).strip()


def _cells(files: Mapping[str, bytes]) -> list[dict] | None:
    try:
        return json.loads(files[NOTEBOOK])["cells"]
    except (KeyError, ValueError, TypeError):
        return None


def _size(count: int) -> str:
    return f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{max(1, round(count / 2**10))} kB"


def main(folder: Path = Path(__file__).parent.parent) -> None:
    files, warnings = collect(folder)
    archive = folder / "submission.zip"
    sha256 = pack(files, archive)

    for name, content in files.items():
        print(f"{_size(len(content)):>9}  {name}")
    if NOTEBOOK in files:
        saved = time.localtime((folder / NOTEBOOK).stat().st_mtime)
        print(
            f"\nThe notebook was last saved on {time.strftime('%d %B at %H:%M', saved)}. Nothing later is in the zip."
        )
    if warnings:
        print("\nPlease look at this before you hand in:")
        for warning in warnings:
            print(f"  ! {warning}")
    print(f"\n{archive.name}: {len(files)} files, {_size(archive.stat().st_size)}")
    print(f"  SHA-256 of the file     {sha256}")
    print(f"  SHA-256 of your work    {content_hash(files)}")
    print("Your feedback page names your work by the first 12 characters of the second one.")


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")  # also into a pipe on Windows
    argparse.ArgumentParser(
        prog="python -m generative.submit", description="Make submission.zip."
    ).parse_args()
    main()
