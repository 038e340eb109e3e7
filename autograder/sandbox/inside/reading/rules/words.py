"""The words that code of this exercise is written in, and those that lead out of it."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MODULES = _words(
    """
    __future__ abc cmath collections collections.abc copy dataclasses decimal enum fractions functools itertools math
    matplotlib matplotlib.pyplot numbers numpy numpy.fft numpy.linalg numpy.random numpy.typing random statistics time
    torch torch.autograd torch.cuda torch.distributions torch.fft torch.linalg torch.nn torch.optim torch.special
    torch.types torch.utils torch.utils.data torchvision tqdm tqdm.auto typing typing_extensions warnings
    """
)
FAMILIES = ("torch.nn.", "torch.distributions.", "torch.optim.", "torchvision.", "generative.")
"""Modules of libraries whose parts such code uses; everything below a family belongs to it."""

REACHING = _words(
    """
    builtins.__import__ builtins.compile builtins.delattr builtins.eval builtins.exec builtins.getattr builtins.globals
    builtins.locals builtins.memoryview builtins.open builtins.setattr builtins.super builtins.type builtins.vars
    abc.ABCMeta abc.update_abstractmethods collections.UserDict collections.UserList collections.UserString
    collections.ChainMap dataclasses.make_dataclass enum.EnumMeta enum.global_enum functools.partialmethod
    functools.singledispatch functools.singledispatchmethod functools.update_wrapper
    numpy.frombuffer numpy.fromfile numpy.fromregex numpy.genfromtxt numpy.load numpy.loadtxt numpy.memmap numpy.ndarray
    numpy.nditer numpy.save numpy.savetxt numpy.savez numpy.savez_compressed numpy.seterrcall
    torch.compile torch.from_file torch.frombuffer torch.from_dlpack torch.load torch.save torch.to_dlpack
    torch.TypedStorage torch.UntypedStorage
    torch.distributions.register_kl torch.autograd.functional torch.autograd.graph
    typing.ForwardRef typing.get_args typing.get_origin typing.get_type_hints typing.NewType
    typing_extensions.get_annotations typing_extensions.evaluate_forward_ref typing_extensions.get_type_hints
    matplotlib.use matplotlib.pyplot.switch_backend matplotlib.pyplot.savefig matplotlib.pyplot.imread
    random.seed random.setstate
    """
)
"""Parts of them by which code reaches names, attributes, files or memory."""
RANDOM = _words(
    """
    torch.Generator torch.manual_seed torch.seed torch.initial_seed torch.get_rng_state torch.set_rng_state
    torch.default_generator torch.cuda.manual_seed torch.cuda.manual_seed_all random.Random random.SystemRandom
    random.getstate numpy.random.Generator numpy.random.RandomState numpy.random.default_rng numpy.random.seed
    numpy.random.get_state numpy.random.set_state
    """
)
"""Random numbers of one's own, which can be made to come again."""
DECORATING = _words(
    """
    abc.abstractmethod dataclasses.dataclass enum.unique functools.total_ordering functools.wraps typing.final
    typing.no_type_check typing.overload typing.runtime_checkable typing.override typing_extensions.override
    """
)
"""What changes the function or class that it gets, and belongs after an @."""
ON_METHODS = DECORATING | _words(
    "functools.cached_property torch.enable_grad torch.inference_mode torch.no_grad"
)
CACHES = _words("functools.cache functools.lru_cache")
ON_CLASSES = _words("dataclasses.dataclass enum.unique functools.total_ordering typing.final")

BUILTINS = _words(
    """
    breakpoint compile delattr eval exec globals help locals memoryview open setattr vars
    """
)
"""What reaches names and objects by their text, or files."""
TRUSTED = _words(
    """
    classmethod getattr hasattr isinstance issubclass object property self cls staticmethod super type Exception
    NotImplementedError RuntimeError TypeError ValueError
    """
)
"""Names that the rules take for what they usually mean."""
OWN_BASES = _words("Exception NotImplementedError RuntimeError TypeError ValueError object")

DUNDER_NAMES = _words("__all__ __author__ __file__ __name__ __version__")
DUNDERS_USED = _words("__class__ __init__ __name__ __version__")
DUNDERS_DEFINED = _words(
    """
    __all__ __call__ __enter__ __exit__ __getitem__ __init__ __iter__ __len__ __next__ __post_init__ __repr__ __slots__
    __str__
    """
)
"""Of the names of Python's own machinery, those of names, of attributes that are used, and of what classes define."""
LEADING_OUT = _words(
    """
    ag_await ag_code ag_frame co_code co_consts cr_await cr_code cr_frame cr_origin f_back f_builtins f_code f_globals
    f_locals gi_code gi_frame gi_yieldfrom mro tb_frame tb_next with_traceback
    data_ptr format_map grad_fn next_functions typed_storage untyped_storage
    """
)
"""From a function, a generator, an exception or a tensor to what stands behind it."""
PRIVATE_BUT_USUAL = _words("_asdict _fields _make _replace")

OF_A_MODULE = _words(
    """
    _apply _buffers _call_impl _compiled_call_impl _load_from_state_dict _modules _named_members
    _non_persistent_buffers_set _parameters _save_to_state_dict _version _wrapped_call_impl buffers children eval
    load_state_dict modules named_buffers named_children named_modules named_parameters parameters requires_grad_
    state_dict to train training zero_grad
    """
)
"""What a model answers when it is asked about itself: a class that writes its own answers can say anything."""

CHANGING = _words(
    """
    add append appendleft clear discard extend insert pop popitem popleft register remove reverse rotate send setdefault
    setitem sort subtract update
    """
)
"""Methods that change a container."""
CHANGES_ARGUMENTS = _words("batch_norm embedding embedding_bag instance_norm vector_to_parameters")
COUNTERS = _words("num_batches_tracked running_mean running_var")
SCALARS = _words(
    "bool complex device dtype finfo float iinfo int len max min round str Size abs sum sqrt log exp prod"
)
WITHOUT_STATE = _words(
    """
    BCELoss BCEWithLogitsLoss Bernoulli ELU Flatten GELU GaussianNLLLoss Hardtanh Identity Independent KLDivLoss L1Loss
    LeakyReLU LogSigmoid LogSoftmax MSELoss MultivariateNormal Normal ReLU ReLU6 SELU SiLU Sigmoid SmoothL1Loss Softmax
    Softplus Tanh Unflatten namedtuple TypeVar as_tensor tensor zeros ones eye arange linspace array full asarray log exp
    sqrt partial getLogger Constraint
    """
)
"""Calls whose results remember nothing but what is written into them from outside."""
