"""Renders pages: self-contained HTML without scripts, whatever the data holds.

Every value that a template prints passes `clean` (as Jinja's finalize) and then autoescape; attributes are
always quoted; the only style is our own sheet, named by its hash in the content security policy.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from autograder.feedback.classpage import class_view
from autograder.feedback.curve import loss_curve
from autograder.feedback.policy import Detail
from autograder.feedback.rubric import mark_view
from autograder.feedback.saturation import saturation_chart
from autograder.feedback.shadow import shadow_style
from autograder.feedback.text import cut, moment, points, signed
from autograder.feedback.view import question_views, score_of, student_sees
from autograder.feedback.words import STATUS
from autograder.results.classroom import Classroom
from autograder.results.looks import FINE, FLAGS, is_held
from autograder.results.marks import Mark, totals
from autograder.results.model import Image, Result
from autograder.results.pictures import Shown
from autograder.results.text import clean
from autograder.spec.model import Spec

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def student_page(result: Result, spec: Spec, marks: Mapping[str, Mark], as_of: datetime) -> str:
    """feedback.html: what the student may see at `as_of` (with time zone).

    `marks` are the marks that count, by question; they are shown once marks are published.
    """
    published = spec.schedule.is_published(as_of)
    views = question_views(result, spec, marks if published else {}, student_sees(spec, as_of), tables=1)
    return _render(
        "feedback.html",
        result=result,
        spec=spec,
        as_of=as_of,
        published=published,
        questions=views,
        score=score_of(views),
        explained=partial(mark_view, spec=spec, staff=False),
        charts=_charts(result),
    )


def question_parts(result: Result, spec: Spec, marks: Mapping[str, Mark], as_of: datetime) -> dict[str, str]:
    """Automatic question → its section of feedback.html, to stand in another tool's page (a shadow tree, no script).

    The first one says what is to be said of the submission's files.
    """
    views = question_views(result, spec, marks, student_sees(spec, as_of), tables=1)
    charts = _charts(result)
    return {
        view.question.id: _render(
            "embedded.html", result=result, spec=spec, view=view, charts=charts, first=number == 0
        )
        for number, view in enumerate(v for v in views if v.question.kind == "auto")
    }


def staff_page(
    result: Result,
    spec: Spec,
    marks: Mapping[str, Mark],
    as_of: datetime,
    *,
    answers: Mapping[str, str],
    stale: Mapping[str, Mark],
    pictures: Mapping[str, Shown] = MappingProxyType({}),
) -> str:
    """staff.html: everything. By question: `stale` are the marks of answers that have changed since, `pictures` the
    pages of answers on paper, in files beside the page."""
    views = question_views(result, spec, marks, lambda criterion: Detail.STAFF, tables=16)
    return _render(
        "staff.html",
        result=result,
        spec=spec,
        as_of=as_of,
        questions=views,
        totals=totals(result, marks),
        held=is_held(result, marks),
        look=marks.get(FLAGS),
        charts=_charts(result),
        answers=answers,
        pictures=pictures,
        stale=stale,
        explained=partial(mark_view, spec=spec, staff=True),
        rubrics=spec.rubrics,
    )


def class_page(classroom: Classroom, spec: Spec, as_of: datetime) -> str:
    """index.html: the class at a glance."""
    return _render("index.html", view=class_view(classroom, spec), spec=spec, as_of=as_of)


def _charts(result: Result) -> dict[str, Any]:
    """The drawings of the training runs, by the run's name; None where a run left nothing to draw."""
    vae, saturation = result.training.vae, result.training.saturation
    return {
        "vae": loss_curve(vae) if vae is not None else None,
        "saturation": saturation_chart(saturation) if saturation is not None else None,
    }


def _render(name: str, **values: Any) -> str:
    return _environment().get_template(f"{name}.j2").render(**values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def finalize(value: Any) -> Any:
        return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    style = (TEMPLATES / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"points": points, "signed": signed, "moment": moment, "cut": cut, "png": _png}
    environment.globals |= {
        "STATUS": STATUS,
        "FLAGS": FLAGS,
        "FINE": FINE,
        "style": Markup(style),
        "shadow_style": Markup(shadow_style(style)),
        "csp": f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'none'; base-uri 'none'",
    }
    return environment


def _png(images: Sequence[Image]) -> list[Image]:
    """The images that are PNG files in base64; anything else is left out."""
    return [image for image in images if _is_png(image.png)]


def _is_png(text: str) -> bool:
    if not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", text):
        return False
    try:
        return base64.b64decode(text, validate=True).startswith(b"\x89PNG\r\n\x1a\n")
    except binascii.Error:
        return False
