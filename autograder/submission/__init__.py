"""Opens what students hand in: a folder, a .zip or a .tar.gz becomes a mapping of checked files in memory, with a name.

Nothing is ever unpacked onto the disk. Rules about names are in `intake`, sizes in `limits`, the three forms of a
submission in `folder`, `zipped` and `tarred`.
"""

from autograder.submission.names import name_submissions
from autograder.submission.submission import Submission, from_files, open_submission

__all__ = ["Submission", "from_files", "name_submissions", "open_submission"]
