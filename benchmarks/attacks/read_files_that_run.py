"""Hand in files that a grader may run or load: `.OTTER_LOG` (a pickle), `torch.py`, `sitecustomize.py`, `conftest.py`."""
# base: wrong
# beside: .OTTER_LOG torch.py sitecustomize.py conftest.py
