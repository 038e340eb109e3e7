"""`autograder doctor`: what this machine offers, and what to do about what it lacks."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder import __version__
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.sandbox import Zygote, gpu_nodes, offers

STUDENTS_LIBRARIES = ("matplotlib", "torchvision", "tqdm")
_PACKAGES = ("torch", "torchvision", "numpy", "safetensors", "nbgrader", "otter-grader")


def examine() -> dict[str, Any]:
    """The findings as plain data. Imports no torch itself; sandboxes try the libraries, and a GPU where there is one."""
    return {
        "autograder": __version__,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} processors",
        "packages": {name: _version(name) for name in _PACKAGES},
        "sandbox": [
            {"layer": r.name, "available": r.available, "core": r.core, "detail": r.detail} for r in offers()
        ],
        "libraries": _libraries(),
        "gpu": _gpu(),
        "data": _data(),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _libraries() -> dict[str, str]:
    """Of the libraries that students' code may import beside torch, why one cannot be, if it cannot."""
    try:
        with Zygote() as zygote:
            failed = zygote.preload(*STUDENTS_LIBRARIES)
    except AutograderError as error:
        return dict.fromkeys(STUDENTS_LIBRARIES, str(error))
    return {name: failed.get(name, "") for name in STUDENTS_LIBRARIES}


def _gpu() -> str:
    if not gpu_nodes():
        return "none: training runs on the CPU"
    try:
        with Zygote(device="cuda") as zygote:
            return f"{zygote.try_gpu()}: training can run there, confined"
    except AutograderError as error:
        return str(error)


def _data() -> str:
    try:
        course = Course.find(Path())
        digits = course.data(None)
    except AutograderError as error:
        return str(error)
    return (
        f"{digits.name}, {len(digits.train_images)} + {len(digits.test_images)} images, SHA-256 as expected"
    )


def _told(libraries: dict[str, str]) -> str:
    there = [name for name, reason in libraries.items() if not reason]
    lacking = [f"{name} ({reason})" for name, reason in libraries.items() if reason]
    text = f"students' code can import {', '.join(there) or 'none'}"
    if lacking:
        text += (
            f"; not {', '.join(lacking)}. A file that imports it fails here: install builds that fit torch's, "
            "or tell students to leave it out"
        )
    return text


def show(findings: dict[str, Any]) -> None:
    """Print the findings for a person."""
    console = Console()
    console.print(
        f"autograder {findings['autograder']}, Python {findings['python']}, {findings['machine']}",
        highlight=False,
    )
    layers = Table(
        "sandbox layer", "here", "needed", "", title="Confinement of student code", title_justify="left"
    )
    for row in findings["sandbox"]:
        here = "[green]yes[/]" if row["available"] else "[red]no[/]"
        layers.add_row(row["layer"], here, "yes" if row["core"] else "if offered", row["detail"])
    console.print(layers)
    versions = ", ".join(f"{k} {v or 'missing'}" for k, v in findings["packages"].items())
    console.print(f"Packages    {versions}", highlight=False)
    console.print(f"Libraries   {_told(findings['libraries'])}", highlight=False)
    console.print(f"GPU         {findings['gpu']}", highlight=False)
    console.print(f"Data        {findings['data']}", highlight=False)
