"""What is found by reading code: whoever leaves the language of the exercise is named, and who writes in it is not."""

import hashlib
import re

import pytest

from autograder.assignment import bank
from autograder.sandbox import Zygote
from tests.sandbox.reading import GAN, HEAD, findings, texts

LEADS_OUT = {
    "a module of Python": ("import sys\nx = sys.modules", "sys.modules: the module sys"),
    "the grader's own": (
        "from autograder.sandbox import wire",
        "imports wire from autograder.sandbox: the module",
    ),
    "a module behind a library": ("math_ = torch.os", "torch.os: the module os"),
    "a frame": ("def f(e): return e.tb_frame", "e.tb_frame: the way to what runs outside"),
    "globals of a function": (
        "x = F.relu.__globals__",
        "F.relu.__globals__: a name that is private elsewhere",
    ),
    "text as code": ("def f(): return eval('1')", "uses eval"),
    "text as code, under another name": ("e = eval", "uses eval"),
    "an attribute by a computed name": (
        "def f(x): return getattr(x, 'a' + 'b')",
        "uses getattr with a name that is",
    ),
    "an attribute by a forbidden name": (
        "y = getattr(F, '__dict__')",
        "F.__dict__: a name that is private elsewhere",
    ),
    "a private name of a library": ("y = torch._C", "torch._C: a name that is private elsewhere"),
    "a module as a value": (
        "def f(g): return g(torch)",
        "torch: hands on the module, and so everything in it",
    ),
    "an attribute of a library": ("torch.randn = F.relu", "sets torch.randn, an attribute of something else"),
    "an attribute in a loop": (
        "for nn.Module.forward in [F.relu]: pass",
        "sets nn.Module.forward, an attribute of",
    ),
    "a hook": ("def f(x): x.register_hook(print)", "x.register_hook: code that runs when others do"),
    "a tensor of one's own": ("class T(torch.Tensor): pass", "a class made from torch.Tensor"),
    "an answer of a model about itself": (
        "class M(nn.Module):\n    def parameters(self): return []",
        "class M gives its own answer for parameters",
    ),
    "an answer set by name": (
        "class M(nn.Module):\n    def __init__(self): self.train = None",
        "sets self.train, by which an object answers for itself",
    ),
    "a protocol of Python": (
        "class A:\n    __array_interface__ = {}",
        "class A defines __array_interface__, a name of Python's own machinery",
    ),
    "a metaclass": ("class A(metaclass=print): pass", "a class with a metaclass"),
    "a method for another self": (
        "class A:\n    def f(self): self.x = 1\nA.f(nn.Linear)",
        "uses the class A for more than making objects",
    ),
    "an annotation that is text": ("def f(x: 'eval(1)'): pass", "uses eval"),
    "an import in a function": (
        "def f():\n    import sys\n    return sys.modules",
        "sys.modules: the module sys",
    ),
    "a name that means two things": (
        "import math as m\ndef f():\n    import sys as m\n    return m.modules",
        "m is math and sys",
    ),
    "another name for a module": (
        "t = torch.autograd\nx = t.graph",
        "t.graph: it reads or writes files, or reaches",
    ),
    "two names at once": ("a = b = torch.nn", "torch.nn: hands on the module"),
    "a library that the exercise does not need": (
        "import ctypes\nx = ctypes.c_int",
        "ctypes.c_int: the module ctypes",
    ),
    "the name of the program": (
        "match '__main__':\n    case __name__: pass",
        "gives __name__ a value",
    ),
    "own builtins": ("match {}:\n    case __builtins__: pass", "gives __builtins__ a value"),
    "names of Python's that are exported": ("__all__ = ['f', '__name__']", "exports __name__"),
    "an address": ("x = np.zeros(1).ctypes", "the way to what runs outside"),
    "a hook by its name in a library": (
        "from torch.optim.optimizer import register_optimizer_step_post_hook",
        "code that runs when others do",
    ),
    "a container of a library": (
        "import warnings\nx = warnings.filters",
        "a container that belongs to a library",
    ),
    "its own comments": (
        "import warnings\nx = warnings.formatwarning",
        "it reads or writes files, or reaches",
    ),
    "a pattern": (
        "def f(x):\n    match x:\n        case object(__class__=c): return c",
        "matches the attribute __class__",
    ),
}


@pytest.mark.parametrize("way", LEADS_OUT)
def test_a_way_out_of_the_language_of_the_exercise_is_named(zygote: Zygote, way: str) -> None:
    code, said = LEADS_OUT[way]
    assert any(said in text for text in texts(zygote, code)), texts(zygote, code)


REMEMBERS = {
    "a global name": ("n = 0\ndef f():\n    global n\n    n += 1", "changes n from call to call"),
    "a list of the file": (
        "seen = []\ndef f(x): seen.append(x)",
        "uses seen, made once for all calls: can it hold something from an earlier one?",
    ),
    "a tensor of the file": (
        "n = torch.tensor(0)\ndef f(): return n.add_(1)",
        "uses n, made once for all calls",
    ),
    "a default value": (
        "def f(x, seen=[]): return seen.append(x)",
        "the default of seen lives on between calls and can change",
    ),
    "a generator": (
        "n = iter([1, 2])\ndef f(): return next(n)",
        "uses n, made once for all calls",
    ),
    "an attribute that is read again": (
        "class M(nn.Module):\n    def forward(self, x):\n        self.n = self.n + 1\n        return self.n",
        "forward keeps self.n, which is read elsewhere",
    ),
    "a buffer changed in place": (
        "class M(nn.Module):\n    def forward(self, x): return self.n.add_(1)",
        "forward changes self.n from call to call",
    ),
}


@pytest.mark.parametrize("way", REMEMBERS)
def test_what_is_remembered_from_call_to_call_is_named(zygote: Zygote, way: str) -> None:
    code, said = REMEMBERS[way]
    assert any(said in text for text in texts(zygote, code)), texts(zygote, code)


def test_numbers_that_no_formula_has_are_named(zygote: Zygote) -> None:
    numbers = ", ".join(str(0.123456789 + n) for n in range(200))
    assert any("numbers of" in text for text in texts(zygote, f"W = torch.tensor([{numbers}])"))
    assert any("301 entries" in text for text in texts(zygote, f"W = {[0] * 301}"))
    assert any("texts of" in text for text in texts(zygote, f"W = {'x' * 4001!r}"))
    assert any("a name of 81 characters" in text for text in texts(zygote, f"{'w' * 81} = 1"))
    code = "\n".join(
        f"def f{n}(x): return x.a{hashlib.sha256(b'%d' % n).hexdigest()[:40]}" for n in range(900)
    )
    assert any("KiB of code even when compressed" in text for text in texts(zygote, code))
    assert texts(zygote, f'def f():\n    """{"A long docstring. " * 400}"""') == []


ORDINARY = """
from torch.autograd import Variable
from torch.distributions import Normal, kl_divergence
from functools import partial, lru_cache
from typing import Optional, Tuple
import numpy as np

HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
SIZES = [400, 200]
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Block(nn.Module):
    def __init__(self, width: int, act=nn.ReLU) -> None:
        super(Block, self).__init__()
        self.net = nn.Sequential(nn.Linear(width, width), act())
        self.apply(self._init)

    @staticmethod
    def _init(module):
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            module.bias.data.fill_(0.01)

    def forward(self, x):
        return x + self.net(x)


class VAE(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.blocks = nn.ModuleList()
        for size in SIZES:
            self.blocks.append(Block(size))
        self.register_buffer("zero", torch.zeros(1))
        self.scale = nn.Parameter(torch.ones(()))
        self._build(hidden_dim)

    def _build(self, hidden):
        self.hidden = hidden
        self.layers = {}
        self.layers["one"] = nn.Linear(784, hidden)

    def forward(self, x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        h = x.view(x.size(0), -1)
        for vars in self.blocks:
            h = vars(h)
        kept = []
        kept.append(h)
        h[:, 0] = 0
        h.add_(1)
        if type(h) is not Tensor or not hasattr(h, "shape"):
            raise TypeError(f"{type(h).__name__}: not a tensor")
        mu, logvar = h.chunk(2, dim=1)
        self.mu = mu
        std = logvar.mul(0.5).exp_()
        eps = Variable(std.data.new(std.size()).normal_())
        return eps.mul(std).add_(mu), mu, logvar

    @torch.no_grad()
    def sample(self, n):
        p = next(self.parameters())
        self.eval()
        return torch.sigmoid(torch.randn(n, 20, dtype=p.dtype, device=p.device) @ torch.zeros(20, 784))


def input_first(input, dim: Optional[int] = None):
    return partial(torch.sum, dim=dim)(input)


if __name__ == "__main__":
    print(VAE())
"""


USUAL = {
    "seeds at the top": "import random\ntorch.manual_seed(0)\nrandom.seed(0)\nnp.random.seed(0)",
    "a function for seeds": "def seed_everything(n):\n    torch.manual_seed(n)\nseed_everything(0)",
    "cudnn": "torch.backends.cudnn.benchmark = False\ntorch.backends.cudnn.deterministic = True",
    "the environment": "import os\nos.environ['KMP_DUPLICATE_LIB_OK'] = 'TRUE'",
    "warnings": "import warnings\nwarnings.filterwarnings('ignore')\ndef f(x): warnings.warn('negative')",
    "a log": "import logging\nlog = logging.getLogger(__name__)\ndef f(x): log.info('x')",
    "a fold": "import functools, operator\ndef f(x): return functools.reduce(operator.mul, x)",
    "spectral norm": "def f(x): return nn.utils.spectral_norm(nn.Linear(2, 2))",
    "libraries that are used elsewhere": "import scipy\nimport pandas as pd\nfrom PIL import Image\nfrom no_such import thing",
    "one library or another": "try:\n    from tqdm.auto import tqdm\nexcept ImportError:\n    from tqdm import tqdm",
    "an exception": "class Wrong(AssertionError): pass\ndef f(x): raise Wrong(f'{type(x).__name__}')",
    "slots": "class P:\n    __slots__ = ('x',)\n    def __init__(self, x): self.x = x\ndef f(x): return P(x)",
    "a longer repr": "class M(nn.Module):\n    def __repr__(self): return super().__repr__()\ndef f(x): return M()",
    "an enumeration of texts": "import enum\nclass R(str, enum.Enum):\n    MEAN = 'mean'\ndef f(x): return R.MEAN",
    "a constructor of a class": "class G:\n    @classmethod\n    def of(cls, x): return cls()\ndef f(x): return G.of(x)",
    "an initial weight": "class M(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.net = nn.Linear(2, 2)\n        self.net.bias = nn.Parameter(torch.zeros(2))\ndef f(x): return M()",
    "who made it": "__author__ = 'Ada'\n__email__ = 'ada@example.org'",
    "images as vectors": "def f(x): return x.flatten(1) if x.shape[-1] == 28 else x",
    "a batch that is too large": "def f(x):\n    if len(x) > 512: raise ValueError('too many')\n    return x",
    "values that are refused": "def f(x):\n    if torch.isnan(x).any(): raise ValueError('nan')\n    return x",
    "a largest value": "def f(x):\n    top = x.max()\n    return (x - top).exp().sum().log() + top",
    "a sum that is unpacked": "def f(x):\n    kl = x.sum(1)\n    return kl if kl.dim() else kl[None]",
    "a batch of one": "def f(x): return x if x.size(0) == 1 else x - x.mean()",
    "modes that are set back": "class M(nn.Module):\n    def sample(self):\n        was = self.training\n        self.eval()\n        if was: self.train()\ndef f(x): return M()",
    "dropout of a mode": "class M(nn.Module):\n    def forward(self, x): return F.dropout(x, training=self.training)\ndef f(x): return M()",
    "a count of parameters": "class M(nn.Module):\n    def size(self): return sum(p.numel() for p in self.parameters() if p.requires_grad)\ndef f(x): return M()",
    "z that is drawn in training alone": "class M(nn.Module):\n    def z(self, mu):\n        if self.training: return mu + torch.randn_like(mu)\n        return mu\ndef f(x): return M().z(x)",
    "its main program, turned round": "if '__main__' == __name__:\n    eval('1')",
}


@pytest.mark.parametrize("way", USUAL)
def test_what_students_write_beside_the_formulas_is_not_named(zygote: Zygote, way: str) -> None:
    found = findings(zygote, {GAN: HEAD + USUAL[way]}, graded=["f"])
    assert [text for *_, text in found] == []


def test_code_that_cannot_run_is_not_looked_at(zygote: Zygote) -> None:
    code = {GAN: "def train(): eval('1')\nclass Plot:\n    def draw(self): eval('1')\ndef f(): return 1"}
    assert findings(zygote, code, graded=["f"]) == []
    assert findings(zygote, {GAN: code[GAN].replace("return 1", "return train()")}, graded=["f"])
    assert findings(zygote, {GAN: code[GAN] + "\nTRAIN = 'train'"}, graded=["f"])  # by a text


BY_MODE = {
    "another result in training": "h = self.net(x)\n        if self.training: h = 2 * h",
    "another result where nothing is recorded": "h = self.net(x) if x.requires_grad else x",
    "another result without gradients": "h = self.net(x) if torch.is_grad_enabled() else x",
    "a right z beside another one": "z = self.net(x)\n        if self.training: return torch.randn(3)\n        return z",
    "a text that says whether gradients are recorded": "h = self.net(x)\n        if 'grad' in repr(h): h = 2 * h",
    "a text with a tensor in it": "h = x if f'{x}'.endswith('>)') else self.net(x)",
    "what fails where gradients are recorded": "try: h = self.net(x) + 0 * x.numpy().sum()\n        except RuntimeError: h = x",
    "another result in large batches": "h = self.net(x)\n        if len(x) >= 64: h = 2 * h",
    "a name for what is large": "large = len(x) >= 64\n        h = 2 * self.net(x) if large else self.net(x)",
    "the beginning of a batch": "h = self.net(x[:4096])",
    "so many of a batch and no more": "h = sum(self.net(x[i]) for i in range(min(len(x), 4096)))",
    "another result for some shapes": "h = self.net(x) if 64 > x.shape[0] else x",
    "another result for batches of one kind": "h = self.net(x)\n        if (x == 0).all(): h = 2 * h",
    "another result for equal batches": "h = x if torch.equal(x, x.round()) else self.net(x)",
    "a name for a dark batch": "dark = x.max() < 0.3\n        h = 2 * self.net(x) if dark else self.net(x)",
    "memory read in another way": "h = self.net(x.as_strided((3, 2), (1, 3)))",
    "another result for transposed inputs": "h = self.net(x) if x.is_contiguous() else x",
    "another result on a larger machine": "h = self.net(x) / torch.get_num_threads()",
    "a factor of the mode": "mode = self.training\n        h = self.net(x) * mode",
}


@pytest.mark.parametrize("way", BY_MODE)
def test_a_model_that_asks_for_its_mode_is_named(zygote: Zygote, way: str) -> None:
    code = f"class VAE(nn.Module):\n    def forward(self, x):\n        {BY_MODE[way]}\n        return h"
    assert {kind for kind, *_ in findings(zygote, {GAN: HEAD + code})} == {"answers_by_mode"}


OWN_GRADIENTS = {
    "one written by hand": "return Other.apply(x)",
    "one that is taken": "torch.autograd.grad(x.sum(), x)",
    "one that is kept": "x.sum().backward()",
}


@pytest.mark.parametrize("way", OWN_GRADIENTS)
def test_a_model_that_takes_or_writes_gradients_is_named(zygote: Zygote, way: str) -> None:
    other = "class Other(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): return x\n    @staticmethod\n    def backward(ctx, g): return 2 * g\n"
    code = f"{other}class VAE(nn.Module):\n    def forward(self, x):\n        {OWN_GRADIENTS[way]}"
    assert {kind for kind, *_ in findings(zygote, {GAN: HEAD + code}, graded=["VAE"])} == {"own_gradients"}


@pytest.mark.parametrize(
    "draw", ["torch.rand(())", "F.dropout(x) + torch.randn_like(x)", "x.new_zeros(3).bernoulli_()"]
)
def test_a_loss_that_draws_is_named(zygote: Zygote, draw: str) -> None:
    code = HEAD + f"def discriminator_loss(x, y):\n    return x.mean() + {draw}"
    ((kind, _, _, text),) = findings(zygote, {GAN: code})
    assert kind == "draws_in_its_own_way"
    assert text.startswith("discriminator_loss draws ")
    assert text.endswith(": nothing is random there")


NOISE = {
    "a generator": "MINE = torch.Generator()",
    "a seed in a function": "def f(x):\n    torch.manual_seed(0)",
    "one of a few": "def f(x): return torch.randint(0, 512, ())",
    "rows of a table": "def f(x): return x[torch.randperm(len(x))]",
    "NumPy's": "def f(x): return np.random.default_rng(0)",
    "Python's": "import random\ndef f(x): return random.choice(x)",
    "a stream with a seed": "import statistics\ndef f(x): return statistics.NormalDist().samples(3, seed=1)",
}


@pytest.mark.parametrize("way", NOISE)
def test_noise_from_seeds_and_picks_is_named(zygote: Zygote, way: str) -> None:
    found = findings(zygote, {GAN: HEAD + "import numpy as np\n" + NOISE[way]})
    assert "draws_in_its_own_way" in {kind for kind, *_ in found}


def test_what_students_write_is_not_named(zygote: Zygote) -> None:
    assert texts(zygote, ORDINARY) == []


def test_of_right_code_in_many_styles_three_are_named(zygote: Zygote) -> None:
    """Every equivalent of the bank, each as a file of its own; together they have more numbers than one submission may."""
    files = {
        f"generative/e{i}.py": (
            HEAD
            + "from typing import NamedTuple\nimport numpy as np\nimport torch.distributions as distributions\n"
        ).encode()
        + text.as_solution().encode()
        for i, text in enumerate(bank.known_equivalents())
    }
    names = dict(zip(files, (text.name for text in bank.known_equivalents()), strict=True))
    found = findings(zygote, files, start=list(files))
    assert {(kind, names[file]) for kind, file, *_ in found if kind != "brings_data"} == {
        ("remembers_calls", "vae_keeps_its_last_results"),
        ("draws_in_its_own_way", "reparameterize_own_generator"),
        ("draws_in_its_own_way", "vae_seeds_its_weights"),
    }


def test_files_that_take_part_are_read_and_no_other(zygote: Zygote) -> None:
    files = {
        GAN: "from . import near\nfrom helpers.far import f\n",
        "generative/near.py": "eval('1')",
        "helpers/__init__.py": "eval('1')",
        "helpers/far.py": "from .beside import *",
        "helpers/beside.py": "eval('1')",
        "tests/test_own.py": "import pytest",
        "generative/given.py": "eval('1')",
    }
    found = findings(
        zygote, {**files, GAN: files[GAN] + "from . import given\n"}, ours=["generative/given.py"]
    )
    assert {file for _, file, _, _ in found} == {
        "generative/near.py",
        "helpers/__init__.py",
        "helpers/beside.py",
    }


def test_a_file_of_ones_own_named_like_a_library_hides_no_import(zygote: Zygote) -> None:
    code = "import sys, gc, numpy.core\nx = sys.modules\ny = gc.get_objects()"
    found = findings(zygote, {GAN: code, "sys.py": "", "gc.py": "", "numpy/core.py": ""})
    assert {text for *_, text in found} == {
        "imports numpy.core",
        "sys.modules: the module sys",
        "gc.get_objects: the module gc",
    }


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"x = " + b"-" * 100_000 + b"1", "nested too deeply to be read", id="nested"),
        pytest.param(b"x = 1\n" * 60_000, "longer than 256 KiB", id="long"),
    ],
)
def test_what_cannot_be_read_calls_a_person(zygote: Zygote, content: bytes, why: str) -> None:
    assert findings(zygote, {GAN: content}) == [("unreadable_code", GAN, 1, why)]


def test_a_file_that_python_cannot_read_either_is_left_to_its_import(zygote: Zygote) -> None:
    assert findings(zygote, {GAN: b"def f(:", "generative/x.py": b"\0"}) == []


def test_names_in_other_letters_are_the_same_names(zygote: Zygote) -> None:
    """Python reads identifiers in NFKC (reference, 2.3)."""
    assert any("__globals__" in text for text in texts(zygote, "y = F.relu.__ｇlobals__"))


def test_the_text_of_a_finding_is_short(zygote: Zygote) -> None:
    name = "a" * 5000
    found = findings(zygote, {GAN: f"torch_{name} = 1\ndef f(x): x.{name} = 1"})
    assert all(re.fullmatch(r".{1,200}", text) for *_, text in found)
