"""Which libraries a submission names, without parsing or running it."""

from autograder.engine.libraries import libraries

SOURCE = b"""
import torch, matplotlib
import matplotlib.pyplot as plt
from tqdm.auto import tqdm
    from torchvision import datasets
# import scipy
name = "import seaborn"
"""


def test_only_listed_libraries_of_the_named_files_count() -> None:
    files = {"a.py": SOURCE, "b.py": b"from torchvision.datasets import MNIST"}
    assert libraries(files, ["a.py"]) == ["matplotlib", "torchvision", "tqdm"]
    assert libraries(files, ["b.py", "missing.py"]) == ["torchvision"]
    assert libraries(files, []) == []


def test_what_is_not_text_names_nothing() -> None:
    assert libraries({"a.py": b"\xff\x00\xfe" * 1000}, ["a.py"]) == []
