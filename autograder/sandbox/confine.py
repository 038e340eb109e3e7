"""The order of the layers in one child, and what is prepared once so that a fork stays cheap."""

import os
import signal
import tempfile
import threading
from collections.abc import Collection
from dataclasses import dataclass

from autograder.sandbox.layers import landlock, libc, namespaces, rlimits, seccomp, users
from autograder.sandbox.limits import Limits
from autograder.sandbox.view import DEVICES, View

ORDER = ("rlimits", "no_new_privs", "namespaces", "users", "landlock", "seccomp")

FOLDERS = ("HOME", "TMPDIR", "MPLCONFIGDIR", "TORCHINDUCTOR_CACHE_DIR")
"""Variables that name a folder to write in."""


@dataclass(frozen=True)
class Plan:
    """What every fork of this zygote puts on: the active layers, in ORDER, and their prepared parts."""

    layers: tuple[str, ...]
    view: View
    rules: tuple[landlock.Rule, ...]
    filter_program: bytes
    outer_mounts: str
    cuda: bool

    @classmethod
    def prepare(cls, layers: Collection[str], view: View, *, cuda: bool = False) -> "Plan":
        """Look up paths and write the filter once; `cuda`: for a sandbox that trains on a GPU."""
        rules: list[landlock.Rule] = []
        if "landlock" in layers:
            # A private root has nothing to go around; without one, hundreds of rules are needed.
            whole = "namespaces" in layers
            shown = (*view.roots, *view.files) if whole else tuple(view.readable())
            listed = () if whole else set(view.listed())
            rules += [landlock.open_rule(path, landlock.READ) for path in shown]
            rules += [landlock.open_rule(path, landlock.READ_DIR) for path in listed]
            rules += [landlock.open_rule(path, landlock.READ_FILE) for path in DEVICES]
            rules += [landlock.open_rule("/dev/null", landlock.WRITE_FILE)]
            rules += [landlock.open_rule(path, landlock.USE_DEVICE) for path in view.devices]
        program = seccomp.program(cuda) if "seccomp" in layers else b""
        active = tuple(name for name in ORDER if name in layers)
        return cls(active, view, tuple(rules), program, namespaces.identity(), cuda)


def confine(plan: Plan, limits: Limits, number: int) -> None:
    """The child's part: put on every layer of the plan, for good. `number` tells siblings apart."""
    if len(os.listdir("/proc/self/task")) != 1 or threading.active_count() != 1:
        raise RuntimeError("the program started a thread before it was confined")
    base = rlimits.footprint(plan.cuda)
    if plan.cuda:
        # What no limit bounds there is the kernel's to end, and then it shall be this process that ends.
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("1000")
    rules = list(plan.rules)
    if "namespaces" in plan.layers:
        namespaces.enter()
        namespaces.private_root(plan.view, limits, plan.outer_mounts)
        os.environ.update(dict.fromkeys(FOLDERS, namespaces.SCRATCH))
        tempfile.tempdir = None  # the zygote's, if some library has asked for it
        if "landlock" in plan.layers:
            rules.append(landlock.open_rule(namespaces.SCRATCH, landlock.SCRATCH))
    else:
        os.chdir("/")
    if "landlock" in plan.layers and plan.view.own:
        rules += [landlock.open_rule(path, landlock.READ_FILE) for path in plan.view.own]
        rules.append(landlock.open_rule("/proc/self/task", landlock.WRITE_FILE | landlock.TRUNCATE))
    own_user = "users" in plan.layers
    alone = own_user or ("namespaces" in plan.layers and os.geteuid() != 0)
    rlimits.apply(limits, base, count_threads=alone, cuda=plan.cuda)
    users.drop_bounding_set()
    if own_user:
        users.drop_uid(number)
    users.drop_capabilities()
    users.no_new_privileges()
    # A change of user id clears this signal, so it comes after.
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    if "landlock" in plan.layers:
        landlock.restrict(rules)
    if "seccomp" in plan.layers:
        seccomp.apply(plan.filter_program)
