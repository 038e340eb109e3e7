"""The model solution of 9-1 (e) and 9-2 meets every fact through the real wall: processes, wire and engine."""

from pathlib import Path

from autograder.assignment.facts import gan, predictions, vae
from autograder.engine.facts import facts_of
from autograder.engine.judge import judge
from autograder.engine.student import Student
from autograder.sandbox import Limits, Zygote
from tests.assignment.vae.known import FACTS

PACKAGE = Path(__file__).parents[3] / "source/generative-models/generative"


def test_the_model_solution_passes(zygote: Zygote):
    files = {f"generative/{path.name}": path.read_bytes() for path in PACKAGE.glob("*.py")}
    seed = b"through the sandbox"
    facts = (*FACTS, *facts_of(predictions, gan))
    found = judge(facts, Student(zygote, files, Limits(), seed), seed)
    assert {name: o.message for name, o in found.items() if o.status != "passed"} == {}
    assert set(found) == {fact.id for fact in facts}


def test_a_device_of_the_whole_file_is_not_that_of_the_parameters(zygote: Zygote):
    files = {f"generative/{path.name}": path.read_bytes() for path in PACKAGE.glob("*.py")}
    solved = files["generative/vae.py"].decode()
    files["generative/vae.py"] = (
        solved.replace(
            "class VAE",
            'DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")\n\n\nclass VAE',
        )
        .replace("device=weight.device", "device=DEVICE")
        .encode()
    )
    (found,) = judge([vae.any_device], Student(zygote, files, Limits(), b"device"), b"device").values()
    assert found.status == "failed"
    assert found.message.startswith("sample is tied to the CPU")


def test_a_layer_of_the_whole_class_is_not_the_model_s(zygote: Zygote):
    files = {f"generative/{path.name}": path.read_bytes() for path in PACKAGE.glob("*.py")}
    files["generative/vae.py"] += b"\n\nVAE.stem = nn.Linear(784, 784)\n_encode = VAE.encode\n"
    files["generative/vae.py"] += b"VAE.encode = lambda self, x: _encode(self, self.stem(x.flatten(1)))\n"
    (found,) = judge([vae.any_device], Student(zygote, files, Limits(), b"device"), b"device").values()
    assert found.status == "failed"
    assert found.message.startswith("forward is tied to the CPU")
