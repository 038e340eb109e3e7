"""The words that code of this exercise is written in, and those that lead out of it."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FAMILIES = ("torch.nn.", "torch.distributions", "torchvision.", "generative")
"""Everything below these is imported like `MODULES`."""
BASES = ("torch.nn.", "torch.autograd.Function", "typing.", "enum.", "abc.", "torch.distributions.")
MODULES = _words(
    """
    __future__ abc cmath collections collections.abc dataclasses decimal enum fractions functools
    itertools math matplotlib matplotlib.pyplot numbers numpy numpy.typing random statistics torch
    torch.autograd torch.fft torch.linalg torch.nn torch.optim torch.special torch.types torch.utils
    torch.utils.data torchvision tqdm tqdm.auto typing typing_extensions warnings
    """
)
"""What such code imports."""
OTHER_MODULES = _words(
    """
    numpy.fft numpy.linalg numpy.random torch.backends torch.cuda torch.distributions
    torch.nn.functional torch.nn.init torch.nn.modules torch.nn.parameter torch.nn.utils
    torch.nn.utils.parametrizations torch.nn.utils.parametrize torch.random torch.utils.data
    """
)
"""Modules that are attributes of those."""
BUILTINS = _words(
    """
    __build_class__ __builtins__ __class__ __doc__ __import__ __loader__ __spec__ breakpoint compile delattr dir eval
    exec globals input locals memoryview open setattr vars
    """
)
"""What reaches names and objects by their text, or files."""
DUNDERS = _words(
    """
    __all__ __author__ __call__ __class__ __enter__ __exit__ __file__ __getitem__ __init__
    __iter__ __len__ __name__ __next__ __post_init__ __repr__ __slots__ __str__ __version__
    """
)
"""Of the names that Python's own machinery asks for, those that such code uses or defines."""
FRAMES = _words(
    """
    ag_await ag_code ag_frame co_code co_consts cr_await cr_code cr_frame cr_origin f_back
    f_builtins f_code f_globals f_locals gi_code gi_frame gi_yieldfrom mro tb_frame tb_next
    with_traceback
    """
)
"""From a function, a generator or an exception to whoever runs it."""
DOORS = _words(
    """
    ast asyncio atexit builtins concurrent copyreg ctypes ctypeslib f2py gc importlib inspect io
    linecache logging multiprocessing operator os pathlib pickle pkgutil platform rec runpy shutil
    signal site socket subprocess sys sysconfig tempfile testing threading tokenize traceback types
    weakref
    """
)
"""Modules that libraries hold as attributes."""
ENTRANCES = _words(
    """
    Formatter ForwardRef TypedStorage UntypedStorage _C attrgetter data_ptr from_dlpack from_file
    frombuffer fromfile genfromtxt get_type_hints load loadtxt make_dataclass memmap methodcaller
    register_kl save singledispatch singledispatchmethod storage stride_tricks to_dlpack
    typed_storage untyped_storage update_wrapper
    """
)
"""Other ways to attributes by their text, to memory, to files, and to what others share."""
OF_TORCH = _words(
    """
    classes compile compiler distributed export func futures fx hub jit library onnx ops overrides
    package profiler serialization testing
    """
)
"""Parts of torch that do more than compute."""
OF_NUMPY = _words(
    """
    char core distutils info lib ndarray nditer show_config
    """
)
"""Parts of NumPy that do more than compute."""
OF_A_MODULE = _words(
    """
    _apply _call_impl _load_from_state_dict _named_members _save_to_state_dict _wrapped_call_impl
    add_module apply bfloat16 buffers children cpu cuda double eval float get_buffer get_parameter
    half load_state_dict modules named_buffers named_children named_modules named_parameters
    parameters requires_grad requires_grad_ state_dict to to_empty train training type zero_grad
    """
)
"""What a model answers when it is asked about itself: a class that writes its own answers can say anything."""
OWN_BASES = _words(
    """
    Exception NotImplementedError RuntimeError TypeError ValueError object
    """
)
"""Builtin classes that other classes may be made from; `BASES` are the families of those from libraries."""
DECORATORS = _words(
    """
    abc.abstractmethod classmethod dataclasses.dataclass functools.cache functools.cached_property
    functools.lru_cache functools.wraps property staticmethod torch.enable_grad torch.inference_mode
    torch.no_grad typing.final typing.no_type_check typing.overload typing.override
    typing_extensions.override
    """
)
"""Usual on methods."""
ASKED_OF_CLASSES = _words(
    """
    isinstance issubclass super
    """
)
"""Functions that take a class."""
