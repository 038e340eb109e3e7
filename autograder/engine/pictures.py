"""Draws answers on paper: a confined fork without student code reads the file, and only its pixels arrive here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.errors import SandboxError
from autograder.results.answers import Answer
from autograder.results.papers import Paper
from autograder.results.pictures import Drawn
from autograder.results.png import png
from autograder.sandbox import Failure, Limits, Reply, Request, Sandbox, Zygote

PROGRAM = "autograder.sandbox.inside.pictures"
PAGES = 12  # of one answer
LONG, SHORT = 1754, 1240  # sides of a picture
SECONDS = 60.0  # of computing for the papers of one submission


class Undrawn(Exception):
    """A page cannot be drawn; the text says why."""


class Drawing:
    """Draws the papers of one submission. Whatever is in them: a page is drawn, or a note says why not."""

    def __init__(self, zygote: Zygote, limits: Limits) -> None:
        self._zygote, self._limits = zygote, limits
        self._seconds = SECONDS

    def draw(self, answers: Mapping[str, Answer], questions: Sequence[str]) -> Iterator[Drawn]:
        """The questions that have papers, in the order of `questions`."""
        for question in questions:
            answer = answers.get(question)
            if answer is not None and answer.papers:
                self._zygote.preload(PROGRAM)
                yield self._question(question, answer.papers)

    def _question(self, question: str, papers: Sequence[Paper]) -> Drawn:
        drawn = Drawn(question, [], [])
        for paper in papers[:PAGES]:
            try:
                self._paper(paper, drawn)
            except (Undrawn, SandboxError) as error:
                drawn.notes.append(f"{paper.title} could not be drawn: {error}.")
        if len(papers) > PAGES:
            drawn.notes.append(f"Of {len(papers)} files and images only the first {PAGES} were opened.")
        return drawn

    def _paper(self, paper: Paper, drawn: Drawn) -> None:
        room = PAGES - len(drawn.pages)
        if room <= 0 or self._seconds <= 0:
            raise Undrawn(self._full())
        (counted,) = self._exchange(paper, [Request("pages")])
        count = self._values(counted).get("pages")
        if type(count) is not int or count < 1:
            raise Undrawn("it has no pages")
        asked = 0
        for page, reply in enumerate(self._pages(paper, min(count, room)), start=1):
            asked = page
            try:
                title = paper.title if count == 1 else f"{paper.title}, page {page}"
                drawn.pages.append((title, png(self._pixels(reply))))
            except Undrawn as error:
                what = paper.title if count == 1 else f"page {page} of {paper.title}"
                drawn.notes.append(f"{what} could not be drawn: {error}.")
        if asked < count:
            left = f"page {count}" if asked + 1 == count else f"pages {asked + 1} to {count}"
            drawn.notes.append(f"{left} of {paper.title} could not be drawn: {self._full()}.")

    def _pages(self, paper: Paper, count: int) -> Iterator[Reply]:
        """One reply per page, each after a page that ended its sandbox from a fresh one; fewer if the time is over."""
        done = 0
        while done < count and self._seconds > 0:
            for reply in self._exchange(paper, [Request("draw", {"page": p}) for p in range(done, count)]):
                done += 1
                yield reply
                if self._seconds <= 0:
                    return

    def _exchange(self, paper: Paper, requests: Sequence[Request]) -> Iterator[Reply]:
        with self._open(paper) as sandbox:
            for reply in sandbox.exchange(requests):
                # Who ends a sandbox pays as if it had computed all the time, or many who sleep would hold up a class.
                over = reply.failure is not None and reply.failure.cause != "exception"
                self._seconds -= self._limits.call_seconds if over else reply.cpu_seconds
                yield reply

    def _open(self, paper: Paper) -> Sandbox:
        content = np.frombuffer(paper.content, dtype=np.uint8)
        return self._zygote.open({}, program=PROGRAM, limits=self._limits, shared={"content": content})

    def _pixels(self, reply: Reply) -> NDArray[np.uint8]:
        """The picture of a reply, believed in nothing but its bounds."""
        self._values(reply)
        pixels = reply.tensors.get("pixels")
        if (
            pixels is None
            or pixels.dtype != np.uint8
            or pixels.ndim not in (2, 3)
            or pixels.shape[2:] not in ((), (3,))
        ):
            raise Undrawn("what came back is no picture")
        short, long = sorted(pixels.shape[:2])
        if not (0 < short <= SHORT and long <= LONG):
            raise Undrawn("what came back is no picture of the size that was asked for")
        return pixels

    def _values(self, reply: Reply) -> Mapping[str, Any]:
        if reply.failure is not None:
            raise Undrawn(self._why(reply.failure))
        return reply.values

    def _why(self, failure: Failure) -> str:
        if failure.exception == "Unreadable":  # our own words, as far as anything from there is ours
            return " ".join((failure.text or "").split())[:200]
        return {
            "timeout": f"it takes more than {self._limits.call_seconds:g} seconds",
            "memory": f"it needs more than {self._limits.memory_bytes >> 20} MB of memory",
            "crash": "the program that reads such files crashed",
        }.get(failure.cause, failure.message)

    def _full(self) -> str:
        if self._seconds <= 0:
            return f"the papers of this submission took more than {SECONDS:g} seconds"
        return f"at most {PAGES} pages of an answer are"
