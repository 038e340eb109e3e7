#!/usr/bin/env bash
# The steps of Dockerfile and apptainer.def. `download` is the only one that needs a network; every file is checked by its
# hash. `install` takes what was downloaded and nothing else.
set -euo pipefail
step=$1 here=$2 wheels=$3
target=/opt/autograder

case $step in
  download)
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
      --requirement "$here/locks/grading.lock" --requirement "$here/locks/cuda.lock" --dest "$wheels"
    ;;
  install)
    umask 022
    python3 -m venv $target
    $target/bin/pip install --quiet --disable-pip-version-check --no-cache-dir --no-index --find-links "$wheels" \
      --no-deps --require-hashes --requirement "$here/locks/grading.lock" --requirement "$here/locks/cuda.lock"
    $target/bin/pip check
    mkdir -p /opt/course
    cp -R "$here/course/." /opt/course/
    echo /opt/course > "$($target/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/autograder.pth"
    $target/bin/python -m compileall -q /opt/course/autograder
    cat > /usr/local/bin/autograder << 'EOF'
#!/bin/sh
exec /opt/autograder/bin/python -m autograder.cli "$@"
EOF
    chmod 755 /usr/local/bin/autograder
    ;;
  *)
    echo "usage: install.sh download|install HERE WHEELS" >&2
    exit 2
    ;;
esac
