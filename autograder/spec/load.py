"""Reads grading.yml. Whatever is wrong is reported with file, line and the fix, all mistakes at once."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from autograder.errors import SpecError
from autograder.results.model import CriterionKind, Visibility
from autograder.results.rubric import ExampleAnswer, Rubric, RubricItem, TypicalAnswer
from autograder.spec.model import (
    CriterionSpec,
    DataSpec,
    GradescopeSpec,
    LimitSpec,
    QuestionSpec,
    Schedule,
    Spec,
)

Where = tuple[int | str, ...]
MAX_BYTES = 1_000_000

_KEYS = {
    (): [("schema" if k == "spec_schema" else k) for k in Spec.model_fields],
    ("schedule",): list(Schedule.model_fields),
    ("data",): list(DataSpec.model_fields),
    ("limits",): list(LimitSpec.model_fields),
    ("gradescope",): list(GradescopeSpec.model_fields),
    ("questions", 0): list(QuestionSpec.model_fields),
    ("questions", 0, "criteria", 0): list(CriterionSpec.model_fields),
    ("questions", 0, "rubric"): list(Rubric.model_fields),
    ("questions", 0, "rubric", "items", 0): list(RubricItem.model_fields),
    ("questions", 0, "rubric", "typical", 0): list(TypicalAnswer.model_fields),
    ("questions", 0, "rubric", "examples", 0): list(ExampleAnswer.model_fields),
    ("staff_items", 0): list(RubricItem.model_fields),
}


# libyaml where PyYAML was built with it: the other parser costs as much as grading a submission
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(
    path: Path,
    available: Collection[str],
    runs: Mapping[str, type[BaseModel]],
    known_mistakes: Collection[str] = (),
) -> Spec:
    """The spec in `path`.

    `available`: the criteria that the assignment offers. `runs`: its training runs, by the name of their block under
    `training:`, with the model of that block. `known_mistakes`: the mistakes that may be given credit.

    Raises SpecError naming every mistake as `file:line: what is wrong: what to write instead`.
    """
    text = _read(path)
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        line = (
            error.problem_mark.line + 1
            if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark
            else 1
        )
        raise SpecError(f"{path}:{line}: not YAML: {error}. Correct the syntax at that line.") from None
    lines: dict[Where, int] = {}
    mistakes: list[tuple[int, str]] = []
    content = _plain(node, (), lines, mistakes)
    spec: Spec | None = None
    try:
        spec = Spec.model_validate(content)
    except ValidationError as error:
        mistakes += _mistakes(error, (), _KEYS, lines)
    if spec is not None:
        mistakes += _inconsistencies(spec, available, lines)
        mistakes += _training(spec, runs, lines)
        mistakes += _credit(spec, known_mistakes, lines)
    if mistakes:
        raise SpecError("\n".join(f"{path}:{line}: {text}" for line, text in sorted(set(mistakes))))
    assert spec is not None
    return spec


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SpecError(
            f"{path}: cannot be read ({error.strerror}). Run from the course's root, or give --root."
        ) from None
    if len(raw) > MAX_BYTES:
        raise SpecError(f"{path}: larger than {MAX_BYTES} bytes. Is this the right file?")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SpecError(f"{path}:{line}: not UTF-8. Save the file as UTF-8.") from None


def _plain(
    node: yaml.Node | None, where: Where, lines: dict[Where, int], mistakes: list[tuple[int, str]]
) -> Any:
    """The node as plain data, noting the line of every value and refusing duplicate keys and aliases."""
    if node is None:
        return {}
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in mapping:
                mistakes.append((line, f"the key {key!r} stands twice in this block. Keep one."))
            lines[(*where, key)] = line
            mapping[key] = _plain(value_node, (*where, key), lines, mistakes)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*where, i), lines, mistakes) for i, child in enumerate(node.value)]
    return _SCALARS.construct_object(node)


_SCALARS = yaml.SafeLoader("")


def _mistakes(
    error: ValidationError, prefix: Where, keys: Mapping[Where, list[str]], lines: dict[Where, int]
) -> list[tuple[int, str]]:
    located = [(e, (*prefix, *e["loc"])) for e in error.errors()]
    return [(_line(lines, where), _explain(e, where, keys)) for e, where in located]


def _training(
    spec: Spec, runs: Mapping[str, type[BaseModel]], lines: dict[Where, int]
) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for name, block in spec.training.items():
        where: Where = ("training", name)
        if name not in runs:
            found.append((lines[where], f"no training run is called {name!r}. There are: {', '.join(runs)}."))
            continue
        try:
            runs[name].model_validate(block)
        except ValidationError as error:
            found += _mistakes(error, where, {where: list(runs[name].model_fields)}, lines)
    for name in runs.keys() - spec.training.keys():
        found.append(
            (
                lines.get(("training",), 1),
                f"no settings for the training run {name!r}. Add `training: {{{name}: …}}`.",
            )
        )
    return found


def _credit(spec: Spec, known: Collection[str], lines: dict[Where, int]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for name in spec.credit:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            fix = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(sorted(known))}."
            found.append((lines[("credit", name)], f"no known mistake is called {name!r}. {fix}"))
    return found


def _line(lines: dict[Where, int], where: Where) -> int:
    where = tuple(part for part in where if not (isinstance(part, str) and part == "[key]"))
    while where and where not in lines:
        where = where[:-1]
    return lines.get(where, 1)


def _explain(error: Any, where: Where, keys: Mapping[Where, list[str]]) -> str:
    name = ".".join(str(part) for part in where)
    if error["type"] == "extra_forbidden":
        block = tuple(0 if isinstance(part, int) else part for part in where[:-1])
        known = keys.get(block, [])
        close = difflib.get_close_matches(str(where[-1]), known, n=1)
        fix = f"Did you mean {close[0]!r}?" if close else f"Known keys here: {', '.join(known)}."
        return f"unknown key {where[-1]!r}. {fix}"
    if error["type"] == "missing":
        return f"the key {where[-1]!r} is missing in this block. Add it."
    if where[:1] == ("visibility",) or where[-1:] == ("visibility",):
        return f"{name}: {error['msg']}. Kinds: {', '.join(get_args(CriterionKind))}; values: {', '.join(get_args(Visibility))}."
    return f"{name}: {error['msg']}, found {error['input']!r}. Correct this value."


def _inconsistencies(
    spec: Spec, available: Collection[str], lines: dict[Where, int]
) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for i, question in enumerate(spec.questions):
        line = lines[("questions", i)]
        if question.id in seen:
            found.append(
                (
                    line,
                    f"question {question.id!r} stands twice (first at line {seen[question.id]}). Rename one.",
                )
            )
        seen[question.id] = line
        found += _question(question, i, lines)
        if question.rubric is not None:
            found += _rubric(question, question.rubric, spec.staff_items, i, lines)
        for j, criterion in enumerate(question.criteria):
            here = lines[("questions", i, "criteria", j)]
            if criterion.id in seen:
                found.append(
                    (
                        here,
                        f"criterion {criterion.id!r} stands twice (first at line {seen[criterion.id]}). Remove one.",
                    )
                )
            seen[criterion.id] = here
            if criterion.id not in available:
                close = difflib.get_close_matches(criterion.id, available, n=1)
                fix = (
                    f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(sorted(available))}."
                )
                found.append((here, f"no check is called {criterion.id!r}. {fix}"))
    for missing in sorted(set(available) - seen.keys()):
        text = f"the check {missing!r} is in no question. Add it as a criterion (0 points: run and shown, not counted)."
        found.append((lines[("questions",)], text))
    for kind in sorted({c.kind for c in spec.criteria} - spec.visibility.keys()):
        if kind in get_args(CriterionKind):
            found.append(
                (
                    lines[("visibility",)],
                    f"no visibility for criteria of kind {kind!r}. Add `{kind}: visible`.",
                )
            )
    found += _staff_items(spec.staff_items, lines)
    total = sum(q.points for q in spec.questions)
    if not math.isclose(total, spec.max_score):
        text = f"the questions' points add up to {total:g}, not to max_score {spec.max_score:g}. Change max_score or a question."
        found.append((lines[("max_score",)], text))
    if spec.data.name not in spec.data.sha256:
        found.append(
            (lines[("data",)], f"no sha256 for the data set {spec.data.name!r}. Add it under data.sha256.")
        )
    return found


def _question(question: QuestionSpec, i: int, lines: dict[Where, int]) -> list[tuple[int, str]]:
    if question.kind == "written":
        if question.criteria:
            return [
                (
                    lines[("questions", i, "criteria")],
                    f"{question.id} is written: people mark it. Remove its criteria.",
                )
            ]
        return []
    if question.rubric is not None:
        return [
            (
                lines[("questions", i, "rubric")],
                f"{question.id} is graded by the machine: no person needs a rubric. Remove it.",
            )
        ]
    if not question.criteria:
        return [
            (
                lines[("questions", i)],
                f"{question.id} is graded by the machine but has no criteria. Add `criteria:`.",
            )
        ]
    total = sum(c.points for c in question.criteria)
    if not math.isclose(total, question.points):
        text = f"{question.id}: the criteria's points add up to {total:g}, not to {question.points:g}. Change one of them."
        return [(lines[("questions", i, "points")], text)]
    return []


def _staff_items(items: tuple[RubricItem, ...], lines: dict[Where, int]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    seen: set[str] = set()
    for j, item in enumerate(items):
        if item.points != 0:
            text = f"{item.id}: students never see this item, so that it may not change points. Write `points: 0`."
            found.append((lines[("staff_items", j)], text))
        if item.id in seen:
            found.append((lines[("staff_items", j)], f"item {item.id!r} stands twice. Remove one."))
        seen.add(item.id)
    return found


def _rubric(
    question: QuestionSpec,
    rubric: Rubric,
    staff_items: tuple[RubricItem, ...],
    i: int,
    lines: dict[Where, int],
) -> list[tuple[int, str]]:
    where: Where = ("questions", i, "rubric")
    found: list[tuple[int, str]] = []
    seen = {item.id: lines[("staff_items", j)] for j, item in enumerate(staff_items)}
    groups = Counter(item.group for item in rubric.items)
    for j, item in enumerate(rubric.items):
        line = lines[(*where, "items", j)]
        if item.id in seen:
            text = f"item {item.id!r} stands twice (first at line {seen[item.id]}). Rename one."
            found.append((line, f"{question.id}: {text}"))
        seen.setdefault(item.id, line)
        if item.group is not None and groups[item.group] == 1:
            text = f"the group {item.group!r} has no other item to pick. Add one, or remove `group:`."
            found.append((line, f"{question.id}: {text}"))
    for j, answer in enumerate(rubric.typical):
        for item_id in (*answer.loses, *answer.gets):
            if item_id not in seen:
                close = difflib.get_close_matches(item_id, seen, n=1)
                fix = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(seen)}."
                text = f"no item is called {item_id!r}. {fix}"
                found.append((lines[(*where, "typical", j)], f"{question.id}: {text}"))
    for j, example in enumerate(rubric.examples):
        try:
            rubric.check(example.items)
        except ValueError as error:
            found.append((lines[(*where, "examples", j)], f"{question.id}: {error}."))
    if not math.isclose(rubric.attainable, question.points):
        text = f"at most {rubric.attainable:g} points can be reached, not {question.points:g}. Change items or points."
        found.append((lines[(*where, "items")], f"{question.id}: {text}"))
    return found
