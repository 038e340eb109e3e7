"""The assignment around the formulas: what students read, run and hand in."""

import ast
import math
import re

import nbformat
import pytest
import torch

MARK = re.compile(r"### BEGIN SOLUTION (9-[12]) \((\w)\)")
WRITTEN = {
    "9-1a": 5, "9-1b": 3, "9-1c": 5, "9-1d": 4, "9-1e": 4, "9-2a": 4, "9-2b": 3, "9-2c": 3, "9-2d": 4,
}  # fmt: skip


def solved_functions(assignment):
    """(file, qualified name, node, source) of every function or class that holds a solution."""
    for path in sorted((assignment / "generative").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        for parent in ast.walk(ast.parse(text)):
            if not isinstance(parent, ast.Module | ast.ClassDef):
                continue
            for node in parent.body:
                if isinstance(node, ast.FunctionDef):
                    body = ast.get_source_segment(text, node) or ""
                    lines = text.splitlines()[node.lineno - 1 : node.end_lineno + 1]
                    if MARK.search("\n".join(lines)):
                        name = f"{parent.name}.{node.name}" if isinstance(parent, ast.ClassDef) else node.name
                        yield path.name, name, node, body


def test_ten_functions_and_one_class_are_solved_between_marks(assignment):
    names = [name for _, name, _, _ in solved_functions(assignment)]
    assert names == [
        "kl_normal", "kl_standard_normal",
        "elbo_definition", "elbo_decomposition", "bernoulli_log_likelihood", "elbo",
        "discriminator_loss", "generator_loss_minimax", "generator_loss_nonsaturating",
        "reparameterize", "VAE.__init__", "VAE.encode", "VAE.decode", "VAE.forward", "VAE.sample",
    ]  # fmt: skip


def test_every_docstring_names_its_exercise_and_graded_range(assignment):
    for file, name, node, body in solved_functions(assignment):
        docstring = ast.get_docstring(node)
        exercise, letter = MARK.search(body).groups()
        assert f"Exercise {exercise} ({letter})." in docstring, (file, name)
        if "VAE." not in name:  # the class states its range once
            assert "Graded range:" in docstring, (file, name)
            assert "Example:" in docstring, (file, name)


def test_the_vae_states_its_graded_range(source):
    assert "Graded range:" in source.vae.VAE.__doc__


def test_predictions_follow_from_the_worked_model(source):
    """By torch.distributions from the definition of the notebook's WorkedVAE."""
    from torch.distributions import Normal, kl_divergence

    softplus = torch.nn.functional.softplus
    posterior = Normal(torch.tensor([1.0, 0.0]), softplus(torch.zeros(2)))
    hit = Normal(torch.zeros(2), 0.2).log_prob(torch.zeros(2)).sum().item()
    points = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])  # mean 0, variance 1
    expected = {
        "KL_OF_ONE_POINT": kl_divergence(posterior, Normal(0.0, 2.0)).sum().item(),
        "RHO_OF_UNUSED_COMPONENT": math.log(math.e**2 - 1),
        "LOG_LIKELIHOOD_OF_A_HIT": hit,
        "LOSS_AFTER_COLLAPSE": -Normal(torch.zeros(2), 0.2).log_prob(points).sum(1).mean().item(),
    }
    assert tuple(expected) == source.check.PREDICTIONS
    assert {name: getattr(source.predictions, name) for name in expected} == pytest.approx(expected, rel=1e-3)


def test_training_runs_and_learns(source):
    torch.manual_seed(0)
    images = (torch.rand(64, 1, 28, 28) > 0.8).float()
    vae = source.vae.VAE(latent_dim=2, hidden_dim=16)
    likelihood, elbo = source.elbo.bernoulli_log_likelihood, source.elbo.elbo
    history = source.training.train_vae(
        vae, images, likelihood, elbo, steps=30, batch_size=32, picture_steps=[30]
    )
    assert history.curves["loss"][-1] < history.curves["loss"][0]
    assert history.pictures[30].shape == (8, 784)

    generator, discriminator = source.gan_models.Generator(), source.gan_models.Discriminator()
    history = source.training.train_gan(
        generator,
        discriminator,
        images,
        source.gan.discriminator_loss,
        source.gan.generator_loss_minimax,
        steps=5,
        batch_size=32,
        picture_steps=[5],
    )
    assert {name: len(curve) for name, curve in history.curves.items()} == dict.fromkeys(
        ["J_D", "J_G", "D(x)", "D(G(z))"], 5
    )
    assert history.pictures[5].shape == (8, 784)


@pytest.fixture(scope="module")
def notebook(assignment):
    book = nbformat.read(assignment / "generative_models.ipynb", as_version=4)
    nbformat.validate(book)
    return book


def test_the_notebook_holds_one_written_answer_per_question_with_its_points(notebook):
    answers = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    assert {c.metadata.nbgrader.grade_id: c.metadata.nbgrader.points for c in answers} == {
        f"{question}-written": points for question, points in WRITTEN.items()
    }
    assert all(c.cell_type == "markdown" and c.metadata.nbgrader.grade for c in answers)
    assert [c.metadata.nbgrader.grade_id for c in answers] == [f"{question}-written" for question in WRITTEN]


def test_the_notebook_is_clean(notebook):
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
            assert "SOLUTION" not in cell.source


def test_the_notebook_checks_every_question_in_the_order_of_the_sheet(notebook, source):
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert re.findall(r'check\.run\("([^"]+)"\)', text) == list(source.check.HIDDEN)


def test_no_line_of_the_notebooks_code_stands_in_a_solution(assignment, notebook):
    solved = set()
    for _, _, _, body in solved_functions(assignment):
        inside = body.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]
        solved |= {line.strip() for line in inside.splitlines()[1:] if len(line.strip()) > 3}
    given = {
        line.strip()
        for cell in notebook.cells
        if cell.cell_type == "code"
        for line in cell.source.splitlines()
    }
    assert not solved & given
