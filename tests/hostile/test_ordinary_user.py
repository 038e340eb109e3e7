"""An ordinary user grades too: beside a hundred other processes of hers, and with Python in a folder of its own.

RLIMIT_NPROC counts every process of a user. A sandbox that set it for the user's own id would not start here.
"""

import json
import os
import sys

import pytest

from tests.hostile.modes import USER
from tests.hostile.throwaway import start

PROGRAM = """
import json, subprocess, sys
from autograder.sandbox import Limits, Request, Zygote

crowd = [subprocess.Popen(["sleep", "1000"]) for _ in range(100)]
code = b'''
import threading
def few():
    threads = [threading.Thread(target=int) for _ in range(4)]
    [t.start() for t in threads], [t.join() for t in threads]
    return 4
'''
told = {}
for without in ((), ("namespaces",)):
    with Zygote(without=without) as zygote:
        with zygote.open({"generative/code.py": code}, limits=Limits(threads=16)) as sandbox:
            (reply,) = sandbox.exchange([Request("call", {"target": "generative.code:few", "args": []})])
        told["bare" if without else "all"] = [zygote.layers, str(reply.failure), len(crowd)]
print(json.dumps(told))
for process in crowd:
    process.kill()
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_hundred_processes_of_the_same_user_keep_no_sandbox_from_starting() -> None:
    process = start(USER, [sys.executable, "-c", PROGRAM])
    output, _ = process.communicate(timeout=300)
    told = json.loads(output)
    assert told["all"][1:] == told["bare"][1:] == ["None", 100]
    assert "users" not in told["all"][0]
    assert {"landlock", "seccomp"} <= set(told["bare"][0])
