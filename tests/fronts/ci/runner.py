"""A GitHub runner, imitated: the steps of a job as its documentation says they are run, and the commands it would obey.

`run:` steps are executed by bash as on GitHub, with the files of GITHUB_OUTPUT and its kin. Actions (`uses:`) are
functions that the test gives; expressions are looked up in a table, so that an unexpected one fails the test.
"""

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
COMMAND = re.compile(r"^::([\w-]+)(?: [^:]*)?::(.*)$")
Action = Callable[[Path, Mapping[str, Any]], None]


@dataclass
class Runner:
    """One job on a clean machine in `folder`. `values`: what expressions are; `programs` stand first on its path."""

    folder: Path
    workflow: Path
    values: Mapping[str, Any]
    actions: Mapping[str, Action]
    programs: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    log: dict[str, str] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def summary(self) -> str:
        return (self.folder / "GITHUB_STEP_SUMMARY").read_text("utf-8")

    def run(self) -> bool:
        """Run the only job; whether it succeeded."""
        for folder in (self.workspace, self.folder / "temp", self.folder / "home"):
            folder.mkdir(parents=True)
        for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_ENV", "GITHUB_STEP_SUMMARY"):
            (self.folder / name).touch()
        content = yaml.safe_load(self.workflow.read_text("utf-8"))
        (job,) = content["jobs"].values()
        good = True
        for step in job["steps"]:
            condition = str(step.get("if", "success()"))
            wanted = good if condition == "success()" else self.value(condition)
            if wanted:
                good = self._step(step) and good
        return good

    def value(self, expression: str) -> Any:
        found = EXPRESSION.fullmatch(expression)
        return self.values[found[1] if found else expression]

    def _filled(self, text: Any) -> str:
        return EXPRESSION.sub(lambda found: str(self.values[found[1]]), str(text))

    def _step(self, step: Mapping[str, Any]) -> bool:
        name = str(step.get("name") or step.get("uses"))
        self.ran.append(name)
        if "uses" in step:
            given = {key: self._filled(value) for key, value in step.get("with", {}).items()}
            self.actions[step["uses"].partition("@")[0]](self.workspace, given)
            return True
        script = self.folder / "temp" / "script.sh"
        script.write_text(self._filled(step["run"]))
        paths = [*(self.folder / "GITHUB_PATH").read_text().split(), str(self.programs), os.defpath]
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace,
            env={
                "PATH": ":".join(paths),
                "HOME": str(self.folder / "home"),
                "CI": "true",
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(self.workspace),
                "RUNNER_TEMP": str(self.folder / "temp"),
                **{
                    name: str(self.folder / name)
                    for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_ENV", "GITHUB_STEP_SUMMARY")
                },
                **self.environment,
                **{key: self._filled(value) for key, value in step.get("env", {}).items()},
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.log[name] = done.stdout
        return done.returncode == 0


def obeyed(log: str) -> list[tuple[str, str]]:
    """The workflow commands in a log that a runner obeys: none between `::stop-commands::token` and `::token::`."""
    found, stopped = [], ""
    for line in log.splitlines():
        if stopped:
            stopped = "" if line.strip() == f"::{stopped}::" else stopped
        elif command := COMMAND.match(line.strip()):
            if command[1] == "stop-commands":
                stopped = command[2]
            else:
                found.append((command[1], command[2]))
    return found
