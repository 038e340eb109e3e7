#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image from the zip. Debian 12, Ubuntu 22.04 and later.
set -euo pipefail
umask 022 # the sandbox's users must be able to read Python, and of all this nothing else

SOURCE=/autograder/source
TARGET=/opt/autograder
chmod 700 "$SOURCE"

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv

python3 -m venv /opt/uv
/opt/uv/bin/pip install --disable-pip-version-check --quiet --requirement "$SOURCE/uv.txt"

# An older system's Python does not do: then uv brings its own, where every user can read it.
export UV_PYTHON_INSTALL_DIR=/opt/python UV_LINK_MODE=copy UV_NO_CACHE=1
/opt/uv/bin/uv venv --clear --python '>=3.11,<3.14' "$TARGET"
install() { /opt/uv/bin/uv pip install --python "$TARGET/bin/python" "$@"; }

# Every file is checked by its hash; torch by its version, from the index of CPU builds that uv knows. A zip that brings
# wheels/ is installed from there, and nothing is fetched.
if [ -d "$SOURCE/wheels" ]; then
  from=(--no-index --find-links "$SOURCE/wheels")
else
  from=(--torch-backend cpu)
fi
install "${from[@]}" --require-hashes --requirement "$SOURCE/grading.lock"
install "${from[@]}" --no-deps --requirement "$SOURCE/torch.txt"

# The package stays in the closed folder; root alone can import it.
echo "$SOURCE" > "$("$TARGET/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/autograder.pth"
"$TARGET/bin/python" -m autograder.fronts.gradescope.prepare "$SOURCE"
"$TARGET/bin/python" -c 'import torch; assert torch.version.cuda is None, "not a CPU build of torch"'
