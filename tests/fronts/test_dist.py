"""dist/: the same course gives the same bytes, and each bundle has what its tool looks for."""

import io
import zipfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from autograder.course import Course
from autograder.fronts.bundles import BUNDLES
from autograder.fronts.dist import write_dist
from autograder.fronts.locks import NAMES, lock
from autograder.fronts.locks.make import CUDA, blocks, grading_dependencies
from tests.commands.course import ROOT, make_course


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_two_builds_give_the_same_bytes_and_the_second_writes_nothing(tmp_path: Path) -> None:
    one, two = make_course(tmp_path / "one"), make_course(tmp_path / "two")
    first = write_dist(one, Course(one).spec)
    assert set(first) == {f"dist/{bundle.name}" for bundle in BUNDLES}
    assert all(first.values())
    write_dist(two, Course(two).spec)
    assert contents(one / "dist") == contents(two / "dist")
    assert not any(write_dist(one, Course(one).spec).values())


def test_the_zip_for_gradescope_has_its_scripts_at_the_top_and_no_key() -> None:
    bundle = next(bundle for bundle in BUNDLES if bundle.name == "gradescope.zip")
    files = bundle.files(Course(ROOT).spec, ROOT)
    assert {"setup.sh", "run_autograder", "grading.yml", "autograder/cli.py"} <= files.keys()
    assert not [name for name in files if "course-key" in name or name.startswith(("solutions/", "source/"))]


def test_a_script_in_a_zip_can_be_executed(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    write_dist(course, Course(course).spec)
    with zipfile.ZipFile(io.BytesIO((course / "dist" / "gradescope.zip").read_bytes())) as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes["run_autograder"] & 0o111
    assert not modes["grading.yml"] & 0o111


def pinned(name: str) -> dict[str, str]:
    pins = (block.split()[0].partition("==") for block in blocks(lock(name).decode()))
    return {package: version for package, _, version in pins}


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    """`make locks` after a change of dependencies."""
    pins = {**pinned("grading.lock"), **pinned("cuda.lock")}
    for text in grading_dependencies():
        wanted = Requirement(text)
        assert wanted.specifier.contains(Version(pins[wanted.name.lower()])), text
    torch = dict(line.split("==") for line in lock("torch.txt").decode().split())
    assert torch == {name: pins[name] for name in ("torch", "torchvision")}


def test_every_pin_has_a_hash_and_the_cpu_lock_no_cuda() -> None:
    for name in NAMES:
        if name.endswith(".lock"):
            assert all("--hash=sha256:" in block for block in blocks(lock(name).decode())), name
    assert not [block for block in blocks(lock("grading.lock").decode()) if CUDA.match(block)]
