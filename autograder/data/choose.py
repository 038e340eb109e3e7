"""`python -m autograder.data.choose`: the demo's data, as arguments for `autograder grade`.

MNIST where it is or can be fetched into ./data, else the embedded digits; which of them is said on stderr.
"""

import sys
from contextlib import redirect_stdout
from pathlib import Path

from autograder.data.fetching import fetch
from autograder.data.sets import find_mnist
from autograder.errors import DataError


def main() -> None:
    try:
        try:
            folder = find_mnist()
        except DataError:
            folder = Path("data")
            with redirect_stdout(sys.stderr):  # stdout carries the arguments only
                fetch(folder)
    except DataError as error:
        print(f"{error}\nThis run takes the embedded digits instead.", file=sys.stderr)
        print("--data embedded")
    else:
        print(f"Data: MNIST in {folder}", file=sys.stderr)
        print(f"--data {folder}")


if __name__ == "__main__":
    main()
