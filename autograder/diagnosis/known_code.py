"""Known code in the place of a submission's: facts can be asked about it, to learn which of them it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.engine.calls import Call
from autograder.engine.student import Unit, call_seed
from autograder.errors import SandboxError
from autograder.sandbox import Reply, Request, Sandbox


class KnownCode:
    """`autograder.engine.student.Code` of one entry of a bank: its function as it stands there, all others right.

    `bank` is a sandbox without a submission that runs a program of known code; it serves any number of entries.
    """

    def __init__(self, bank: Sandbox, known: str, seed: bytes) -> None:
        self._bank = bank
        self._known = known
        self._seed = seed
        self.imports: dict[str, Reply] = {}

    def has(self, file: str) -> bool:
        return True

    def ask(self, units: Sequence[Unit]) -> Mapping[str, tuple[Reply, ...]]:
        modules = [m for m in dict.fromkeys(unit.module for unit in units) if m not in self.imports]
        requests = [Request("import", {"module": module, "known": self._known}, {}) for module in modules]
        for unit in units:
            requests += [self._of(call, unit.key, i) for i, call in enumerate(unit.calls)]
        replies = list(self._bank.exchange(requests))
        if len(replies) < len(requests):
            raise SandboxError(f"the bank stopped answering for {self._known}. Run this again.")
        self.imports.update(zip(modules, replies, strict=False))
        answers = iter(replies[len(modules) :])
        return {unit.key: tuple(next(answers) for _ in unit.calls) for unit in units}

    def _of(self, call: Call, key: str, index: int) -> Request:
        known = replace(call, params={**call.params, "known": self._known})
        return known.request(call_seed(self._seed, call, key, index))
