"""Leave a process behind that goes on after the grading."""

# base: right
import subprocess
import sys

try:
    subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(120)", MARKER],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
except OSError:
    pass
