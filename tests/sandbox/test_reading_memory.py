"""Whatever can remember a call is named, by whichever way it lives on and under whichever name it is changed; what cannot
is not."""

import pytest

from autograder.sandbox import Zygote
from autograder.sandbox.inside.reading.rules.memory.kept import KIND
from tests.sandbox.reading import GAN, HEAD, findings

LOSS = "generator_loss_nonsaturating"
MODEL = """
class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Linear(784, 784)
        {made}

    def forward(self, x):
        {done}
        return self.net(x)
"""

IN_FILES = {
    "a list": "N = []\ndef f(x): N.append(x)",
    "a number in a list": "N = [0]\ndef f(x): N[0] += 1",
    "a tensor, in place": "N = torch.zeros(1)\ndef f(x): return N.add_(1)",
    "a tensor, by a view": "N = torch.zeros(1)\ndef f(x):\n    n = N.view(1)\n    n += 1",
    "a tensor, entry by entry": "N = torch.zeros(1)\ndef f(x):\n    for n in N: n.add_(1)",
    "a tensor, in a comprehension": "N = torch.zeros(1)\ndef f(x): return [n.add_(1) for n in N]",
    "a tensor, by out": "N = torch.zeros(1)\ndef f(x): torch.add(N, 1, out=N)",
    "a tensor, by a third argument": "N = np.zeros(1)\ndef f(x): np.maximum(N, 1, N)",
    "a tensor, by an activation": "N = torch.ones(1)\ndef f(x): F.leaky_relu(N, 0.1, True)",
    "a list, by a helper": "N = []\ndef g(n): n.append(1)\ndef f(x): g(N)",
    "a list, by a helper and a star": "N = [[]]\ndef g(n): n.append(1)\ndef f(x): g(*N)",
    "a list, by a lambda": "N = []\ndef f(x): (lambda n: n.append(1))(N)",
    "a list that a helper returns": "N = []\ndef g(): return N\ndef f(x): g().append(1)",
    "a list by the name of its method": "N = []\ndef f(x): getattr(N, 'append')(x)",
    "a list by its type": "N = []\ndef f(x): list.append(N, x)",
    "one of two lists": "N, M = [], []\ndef f(x): (N or M).append(x)",
    "a list that is matched": "N = []\ndef f(x):\n    match N:\n        case n: n.append(1)",
    "a list from a star": "N, *M = [], []\ndef f(x): M.append(x)",
    "a list from a loop": "for N in [[]]: pass\ndef f(x): N.append(x)",
    "a list from a comprehension": "M = [N := [] for _ in range(1)]\ndef f(x): N.append(x)",
    "an iterator": "N = iter([1, 2])\ndef f(x): return next(N)",
    "an iterator in a function": "N = [lambda: next(c) for c in [iter([1, 2])]][0]\ndef f(x): return N()",
    "a generator": "def g():\n    while True: yield 1\nN = g()\ndef f(x): return next(N)",
    "a layer that follows its batches": "N = nn.BatchNorm1d(1)\ndef f(x): return N(x)",
    "a gradient": "N = torch.zeros(1, requires_grad=True)\ndef f(x): return N.grad",
    "an object with a state": "class C:\n    def __init__(self): self.n = []\nN = C()\ndef f(x): N.n.append(x)",
    "a name that it declares": "N = 0\ndef f(x):\n    global N\n    N = N + 1",
    "a default": "def f(x, n=[]): n.append(x)",
    "a default of a class": "class VAE:\n    N = [0]\n    def f(self, n=N): n.append(1)",
    "a variable around it": "def g():\n    n = []\n    def h(x): n.append(x)\n    return h\nf = g()",
    "a number around it": "def g():\n    n = 0\n    def h(x):\n        nonlocal n\n        n += 1\n    return h\nf = g()",
    "an attribute of a class": "class C:\n    n = []\ndef f(x): C.n.append(x)",
    "an entry of a class": "class C:\n    n = {}\ndef f(x): C.n['a'] = x",
    "an iterator of a class": "class C:\n    n = iter([1, 2])\ndef f(x): return next(C.n)",
    "a member of an enumeration": "import enum\nclass E(enum.Enum):\n    N = [0]\ndef f(x): E.N.value.append(x)",
    "a cache": "import functools\n@functools.lru_cache\ndef f(x): return x",
    "a decorator with a memory": "def g(h):\n    n = []\n    def k(x):\n        n.append(x)\n        return h(x)\n    return k\n@g\ndef f(x): return x",
    "a decorator that is an object": "class C:\n    def __call__(self, h): return h\nG = C()\n@G\ndef f(x): return x",
    "a decorator that is a lambda": "@(lambda h: h)\ndef f(x): return x",
    "a filter of warnings": "import warnings\ndef f(x): warnings.simplefilter('error')",
    "a setting of torch": "def f(x): torch.set_printoptions(precision=3)",
    "a list of the handout": "from generative.anchors import HIDDEN\ndef f(x): HIDDEN.append(x)",
    "a function that runs on import and is asked again": "N = []\ndef f(x): N.append(x)\nf(1)",
    "a constructor for every call": "N = []\nclass C:\n    def __init__(self): N.append(1)\ndef f(x): return C()",
    "a constructor that is called again": "class B:\n    n = 0\n    def __init__(self): self.n = self.n + 1\nclass C(B):\n    def more(self): B.__init__(self)\nK = C()\ndef f(x): return K.more()",
    "a hidden attribute of a class": "class C:\n    __n = [0]\n    @staticmethod\n    def more(): C.__n[0] += 1\ndef f(x): return C.more()",
    "an annotation": "def g(x: (1, N := [0])[0]): pass\ndef f(x): N.append(x)",
    "a name that is imported and made": "from math import pi as N\nN = [0]\ndef f(x): N.append(x)",
    "an argument to another function": "N = [[0]]\ndef g(n): n.append(1)\ndef f(x): return list(map(g, N))",
    "a partial function": "from functools import partial\nN = partial(list.append, [0])\ndef f(x): return N(x)",
    "a decorated list": "from collections import defaultdict\n@defaultdict\ndef N(): return 0\ndef f(x): N['a'] = x",
    "a rounded tensor": "N = round(torch.zeros(1))\ndef f(x): N.add_(1)",
    "a comparison of a tensor": "N = torch.zeros(1) < 1\ndef f(x): N.logical_not_()",
    "a tensor that another one stands for": "N = torch.zeros(1)\ndef f(x): torch.empty(0).set_(N).add_(1)",
    "a sum of lists": "N = [0]\ndef f(x): sum([[N]], [])[0][0] += 1",
    "an argument that is written": "N = np.zeros(1)\ndef f(x): np.sqrt(N, N)",
    "figures": "import matplotlib.pyplot as plt\ndef f(x): return plt.gcf()",
    "the time": "import time\ndef f(x): return x * (time.time() > 1e10)",
    "everything of a library": "from torch import *\nN = zeros(1)\ndef f(x): N.add_(1)",
    "next as a value": "def f(x): return map(next, x)",
}


HANDOUT = {"generative/anchors.py": b"HIDDEN = [1, 2]\nMORE = 3"}


def named(zygote: Zygote, code: str, graded: tuple[str, ...] = ("f", "VAE")) -> list[str]:
    head = HEAD + "import numpy as np\n"
    found = findings(zygote, {**HANDOUT, GAN: head + code}, ours=[*HANDOUT], graded=graded)
    return [text for kind, _, _, text in found if kind in (KIND, "reaches_into_python")]


@pytest.mark.parametrize("way", IN_FILES)
def test_what_files_classes_and_functions_hold_is_named_where_it_can_change(zygote: Zygote, way: str) -> None:
    assert named(zygote, IN_FILES[way])


IN_MODELS = {
    "a number": ("self.n = 0", "self.n += 1"),
    "a list": ("self.n = []", "self.n.append(1)"),
    "a list, by another name": ("self.n = []", "n = self.n; n.append(1)"),
    "a list, by a name in passing": ("self.n = []", "(n := self.n).append(1)"),
    "a list in a list": ("self.n = [[]]", "[*self.n][0].append(1)"),
    "a list in a loop": ("self.n = []", "for n in [self.n]: n.append(1)"),
    "a list by another self": ("self.n = []", "me = self; me.n.append(1)"),
    "a list by a copy of self": ("self.n = []", "copy.copy(self).n.append(1)"),
    "a list by a kept method": ("self.n = []; self.put = self.n.append", "self.put(1)"),
    "a list by its name": ("self.n = []", "getattr(self, 'n').append(1)"),
    "a hidden number": ("self.__n = 0", "self.__n += 1"),
    "a number that is deleted": ("self.n = 0", "del self.n"),
    "that it is there": ("", "self.n = hasattr(self, 'n')"),
    "a buffer": ("self.register_buffer('n', torch.zeros(1))", "self.n.add_(1)"),
    "a buffer, by all": ("self.register_buffer('n', torch.zeros(1))", "for b in self.buffers(): b.add_(1)"),
    "a buffer, by its name": ("self.register_buffer('n', torch.zeros(1))", "self.get_buffer('n').add_(1)"),
    "a buffer, by the state": ("self.register_buffer('n', torch.zeros(1))", "self.state_dict()['n'].add_(1)"),
    "a buffer, by its data": ("self.register_buffer('n', torch.zeros(1))", "self.n.data = self.n + 1"),
    "a buffer made anew": ("", "self.register_buffer('n', x)"),
    "a parameter": ("", "for p in self.parameters(): p.data.mul_(0.9)"),
    "a weight": ("", "self.net.weight.data = x"),
    "what a layer counts": ("self.norm = nn.BatchNorm1d(1)", "n = self.norm.num_batches_tracked"),
    "an iterator": ("self.n = iter([1, 2])", "next(self.n)"),
    "an iterator of counts": ("self.n = itertools.count()", "next(self.n)"),
    "an iterator in a generator": ("self.n = (i for i in [1, 2])", "next(self.n)"),
    "the same name for another self": ("self.n = []", "self = self; self.n.append(1)"),
    "a closure": ("box = []; self.fetch = lambda: box", "self.fetch().append(1)"),
    "a part of a part": ("self.n = [0]", "[self.n] * 1; (lambda c: c.append(1))(self.n)"),
    "a number over two lines": ("self.n = 0", "self.n = (\n            self.n + 1\n        )"),
    "counts in a table": ("self.n = {'a': itertools.count()}", "next(self.n['a'])"),
    "what a layer keeps": ("self.norm = nn.BatchNorm1d(1)", "n = list(self.norm.buffers())"),
    "layers that grow": ("self.n = nn.ModuleList()", "self.n.append(nn.Identity())"),
}


@pytest.mark.parametrize("way", IN_MODELS)
def test_what_a_model_keeps_is_named_where_a_call_changes_it(zygote: Zygote, way: str) -> None:
    made, done = IN_MODELS[way]
    assert named(zygote, "import copy, itertools\n" + MODEL.format(made=made, done=done))


def test_what_another_file_holds_is_followed_there(zygote: Zygote) -> None:
    for how in ("from .held import N", "from .held import *", "from generative import held as h\nN = h.N"):
        files = {GAN: f"{how}\ndef f(x): N.append(x)", "generative/held.py": "N = []"}
        assert findings(zygote, files, graded=["f"]), how


def test_a_graded_name_that_other_code_makes_is_named(zygote: Zygote) -> None:
    code = f"def make():\n    return lambda x: x\n{LOSS} = make()"
    assert named(zygote, code, (LOSS,)) == [
        f"{LOSS} is made by other code, which can keep something for later calls"
    ]


HARMLESS = {
    "numbers": "HALF = 0.5\nLOG_2PI = math.log(2 * math.pi)\ndef f(x): return HALF * x + LOG_2PI",
    "a tensor": "TWO = torch.tensor(2.0)\ndef f(x): return TWO * x + TWO.log()",
    "a tensor by another name": "TWO = torch.tensor(2.0)\ndef f(x):\n    two = TWO\n    return two * x",
    "a device": "DEVICE = torch.device('cuda' if torch.cuda.is_available() else 'cpu')\ndef f(x): return x.to(DEVICE)",
    "a table of functions": "OURS = {'relu': F.relu}\ndef f(x): return OURS['relu'](x)",
    "sizes": "SIZES = [400, 200]\ndef f(x): return [x * size for size in SIZES]",
    "a loss without a state": "BCE = nn.BCEWithLogitsLoss()\ndef f(x): return BCE(x, x)",
    "an own loss": "class L(nn.Module):\n    def forward(self, x): return x.mean()\nLOSS = L()\ndef f(x): return LOSS(x)",
    "settings in a class": "class C:\n    size = 3\ndef f(x): return x * C.size",
    "a list in a call": "def f(x):\n    kept = []\n    for row in x: kept.append(row)\n    return torch.stack(kept)",
    "a helper inside": "def f(x):\n    n = 0\n    def g(y):\n        nonlocal n\n        n += 1\n        return y * n\n    return g(x) + g(x)",
    "in place on what is new": "def f(x):\n    y = x.exp()\n    y += 1\n    return y.mul_(2)",
    "a residual": "class M(nn.Module):\n    def forward(self, x):\n        h = self.net(x)\n        h += x\n        return h\ndef f(x): return M()(x)",
    "a parameter's device": "class M(nn.Module):\n    def sample(self):\n        return torch.zeros(1, device=next(self.parameters()).device)\ndef f(x): return M()",
    "a file of the handout": "from generative.anchors import MORE\ndef f(x): return x * MORE",
    "a result that is filled": "def f(x):\n    out = torch.empty_like(x).flatten()\n    for i in range(3): out[i] = i\n    return out",
    "normal noise in new memory": "def f(x): return x.new_empty(3).normal_()",
    "layers by name": "class M(nn.Module):\n    def forward(self, x):\n        for layer in self.layers: x = layer(x)\n        return x\ndef f(x): return M()",
    "sizes of a model": "class M(nn.Module):\n    def sample(self, n): return torch.normal(0.0, 1.0, size=(n, self.latent_dim))\ndef f(x): return M()",
    "its own forward": "class M(nn.Module):\n    def forward(self, x): return x\n    def loss(self, x): return self(x).mean()\ndef f(x): return M().loss(x)",
    "a member of an enumeration": "import enum\nclass R(enum.Enum):\n    MEAN = 'mean'\ndef f(x, how=R.MEAN): return x.mean() if how is R.MEAN else x",
    "the last mu, for a plot": "class M(nn.Module):\n    def forward(self, x):\n        self.mu = x\n        return x\ndef f(x): return M()(x)",
    "mu of this call": "class M(nn.Module):\n    def forward(self, x):\n        self.mu = x\n        return self.mu\ndef f(x): return M()(x)",
    "a wrapper": "import functools\ndef g(h):\n    @functools.wraps(h)\n    def k(x): return h(x)\n    return k\n@g\ndef f(x): return x",
    "initial weights": "def init(m):\n    nn.init.normal_(m.weight)\nclass M(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.apply(init)\ndef f(x): return M()",
    "parts by number and by name": "class M(nn.Sequential):\n    def encode(self, x): return self[0](x) + self['a'](x)\ndef f(x): return M().encode(x)",
    "its own device by a helper": "def where(m):\n    for p in m.parameters(): return p.device\nclass M(nn.Module):\n    def sample(self): return torch.zeros(1, device=where(self))\ndef f(x): return M()",
    "a method without self that names its argument anew": "class M(nn.Module):\n    @staticmethod\n    def patches(x):\n        x = x.reshape(1, -1)\n        return x\ndef f(x): return M.patches(x)",
    "layers from pairs": "import itertools\nclass M(nn.Module):\n    def __init__(self, sizes):\n        super().__init__()\n        self.net = nn.ModuleList(nn.Linear(a, b) for a, b in itertools.pairwise(sizes))\ndef f(x): return M([1, 2])",
    "a name that is its own": "EPS = 1e-6\nEPS = EPS * 2\ndef f(x): return x + EPS",
}


@pytest.mark.parametrize("way", HARMLESS)
def test_what_cannot_remember_is_not_named(zygote: Zygote, way: str) -> None:
    assert named(zygote, HARMLESS[way]) == []
