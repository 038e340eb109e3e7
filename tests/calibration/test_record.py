"""Rows on disk, what is measured again, and the page and picture that are made of them."""

import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from autograder.calibration.measure import FRESH, Measuring, Seeds
from autograder.calibration.page import write_pages
from autograder.calibration.record import Row, append_row, budgets, codes, read_rows, write_rows
from autograder.calibration.variants import UNSEEN, VARIANTS
from autograder.course import Course
from autograder.errors import AutograderError
from tests.commands.course import make_course

ROOT = Path(__file__).parents[2]


def row(variant="the model solution", kind="reference", seed=0, **values):
    return Row(
        run="vae",
        budget="b",
        code="c",
        data="mnist",
        data_sha256="d" * 64,
        device="cpu",
        variant=variant,
        kind=kind,
        seed=seed,
        status="passed",
        message="",
        values=values,
        seconds=1.0,
    )


def with_vae_gate(**gate):
    """Our grading.yml with one gate of the VAE run."""
    spec = Course(ROOT).spec
    block = {**spec.training["vae"], "gates": [gate]}
    return spec.model_copy(update={"training": {**spec.training, "vae": block}})


def test_rows_are_read_as_written_and_a_line_that_was_cut_off_is_left_out(tmp_path):
    file = tmp_path / "rows.jsonl"
    assert read_rows(file) == []
    write_rows(file, [row(minus_elbo=120.0)])
    append_row(file, row(seed=1, minus_elbo=121.0))
    assert [r.seed for r in read_rows(file)] == [0, 1]
    file.write_text(file.read_text() + '{"run": "va')
    assert [r.seed for r in read_rows(file)] == [0, 1]
    file.write_text("no rows\n")
    with pytest.raises(AutograderError, match=r"(?s)not the rows of a calibration .* Delete the file\."):
        read_rows(file)


def test_the_code_of_a_run_is_what_its_numbers_depend_on_and_no_text_or_gate(tmp_path):
    folders = ("assignment/training", "assignment/torch_models")
    for folder in folders:
        shutil.copytree(ROOT / "autograder" / folder, tmp_path / folder)

    def changed(name):
        before = codes(tmp_path)
        file = next(path for folder in folders for path in (tmp_path / folder).glob(name))
        file.write_bytes(file.read_bytes() + b"\n# changed\n")
        return {run for run, code in codes(tmp_path).items() if code != before[run]}

    assert codes(tmp_path) == codes()
    assert changed("vae_judge.py") == changed("vae_loop.py") == {"vae"}
    assert changed("gan_loop.py") == {"gan", "saturation"}
    assert changed("attempt.py") == {"vae", "gan", "saturation"}
    for name in ("vae_messages.py", "gan_settings.py", "gates.py", "known.py"):
        assert changed(name) == set(), name


def test_every_variant_is_the_solution_with_one_definition_more_and_names_are_unique(tmp_path):
    files = {p.name: p.read_text() for p in (ROOT / "solutions/generative-models/generative").glob("*.py")}
    for variant in VARIANTS:
        compile(
            (files[f"{variant.file}.py"] if variant.file else "") + "\n" + variant.code, variant.name, "exec"
        )
    assert len({v.name for v in VARIANTS}) == len(VARIANTS)
    assert set(UNSEEN) <= {(run, v.name) for v in VARIANTS for run in v.runs}


def test_tasks_come_seed_by_seed_and_each_kind_gets_its_number(tmp_path):
    course = Course(make_course(tmp_path))
    names = ("vae", "gan", "saturation")
    keys = dict.fromkeys(names, "k")
    measuring = Measuring(course.spec, course.sheet.runs, {}, course.data("embedded"), "cpu", keys, keys)
    tasks = list(measuring.tasks(Seeds(reference=3, other=1, bug=2, fresh=4)))
    seeds = [t.seed % FRESH for t in tasks]
    assert seeds == sorted(seeds)
    assert {t.seed for t in tasks if t.row.kind == "fresh"} == {1000, 1001, 1002, 1003}
    kinds = [t.row.kind for t in tasks]
    assert kinds.count("reference") == 3 * 3
    assert kinds.count("other") == sum(len(v.runs) for v in VARIANTS if v.kind == "other")
    assert kinds.count("bug") == 2 * sum(len(v.runs) for v in VARIANTS if v.kind == "bug")


def test_the_page_says_margins_false_fails_and_which_bugs_escape(tmp_path):
    spec = with_vae_gate(data="mnist", elbo=-200, kl_weight=[0.6, 1.6])
    rows = [row(seed=s, minus_elbo=120 + s, kl_weight_sigma=1.0 + s / 50) for s in range(4)]
    rows += [
        row("no KL", "bug", minus_elbo=380.0),
        row("finer", "bug", minus_elbo=122.0, kl_weight_sigma=1.0),
    ]
    rows += [row("again", "fresh", seed=1000, minus_elbo=121.0, kl_weight_sigma=1.0)]
    rows += [row("not finite", "bug"), row("slow", "other", minus_elbo=300.0, kl_weight_sigma=1.0)]
    page, image = write_pages(tmp_path, rows, spec)
    text = page.read_text()
    assert re.search(
        r"\| −ELBO, nats per image \| ≤ 200 \| 121\.5 ± 1\.3 \(n = 4, 120 to 123\) \| \d+\.\d sd \|", text
    )
    assert "| no KL | 1 of 1 | **380** | **none** | none |  |" in text
    assert "| finer | 0 of 1 | 122 | 1 | none | unexplained |" in text
    assert "| not finite | 1 of 1 |" in text
    assert (
        "pass: 4 of 4 runs of the model solution, 1 of 1 runs of it with fresh seeds, 0 of 1 runs of 1 other right ones."
    ) in text
    assert "Not: slow (seed 0)." in text
    circles = ET.parse(image).getroot().findall("{http://www.w3.org/2000/svg}circle")
    assert len(circles) == 4 + 8 + 7  # the legend, and the numbers of two strips


def test_runs_of_an_earlier_budget_or_code_are_said_to_be_old(tmp_path):
    spec = Course(ROOT).spec
    old = [row(seed=s, minus_elbo=120.0 + s) for s in range(3)]
    new = [r.model_copy(update={"budget": budgets(spec)["vae"], "code": codes()["vae"]}) for r in old]
    said = "were made with an earlier budget or training code"
    assert f"Of these runs 2 {said}" in write_pages(tmp_path, [*old[:2], new[2]], spec)[0].read_text()
    assert said not in write_pages(tmp_path, new, spec)[0].read_text()
