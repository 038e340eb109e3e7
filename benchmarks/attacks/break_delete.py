"""Delete the course's source, the classmates' submissions and the tests, as far as they can be reached."""

# base: right
# classmate
import shutil
from pathlib import Path

if Path(BASE).name.startswith("attacks-"):
    for name in ("source", "submitted", "gradebook.db", "in/z_classmate", "course", "tests", "out"):
        for place in (Path(BASE) / name, Path(BASE) / "course" / name, Path(name).absolute()):
            if not str(place.resolve()).startswith(BASE):
                continue
            shutil.rmtree(place, ignore_errors=True)
            try:
                place.unlink()
            except OSError:
                pass
