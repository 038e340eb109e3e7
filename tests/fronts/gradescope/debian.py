"""`python -m tests.fronts.gradescope.debian ROOT`: a fresh Debian 12 in which dist/gradescope.zip has been set up.

What Gradescope does with a zip, with its own files only: debootstrap, extract into /autograder/source, run setup.sh. Needs root,
debootstrap and the package index; minutes and 2 GB. `--add PLACE=FOLDER` puts folders beside setup.sh first, such as
wheels/ where the index of CPU builds cannot be reached, and data/ for MNIST. Then `measure.py` grades there.
"""

import argparse
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.commands.course import ROOT as REPOSITORY

SUITE = "bookworm"
ENTER = "mount -t proc proc {root}/proc && mount --rbind /dev {root}/dev && exec chroot {root} {command}"


def make(root: Path, added: dict[str, Path]) -> None:
    """Build the root file system in a new folder."""
    subprocess.run(["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, root], check=True)
    for file in ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt"):
        shutil.copy(file, root / file[1:])
    source = root / "autograder" / "source"
    with zipfile.ZipFile(REPOSITORY / "dist" / "gradescope.zip") as archive:
        archive.extractall(source)
    for place, folder in added.items():
        shutil.copytree(folder, source / place)
    script = root / "autograder" / "run_autograder"
    shutil.copy(source / "run_autograder", script)
    script.chmod(0o755)
    command = ENTER.format(root=root, command="bash -x /autograder/source/setup.sh")
    subprocess.run(["unshare", "--mount", "--pid", "--fork", "sh", "-c", command], check=True, cwd="/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path)
    parser.add_argument("--add", action="append", default=[], metavar="PLACE=FOLDER")
    options = parser.parse_args()
    if options.root.exists():
        sys.exit(f"{options.root} exists. Name a new folder.")
    make(
        options.root.resolve(),
        {place: Path(folder) for place, _, folder in (a.partition("=") for a in options.add)},
    )


if __name__ == "__main__":
    main()
