"""The words that code of this exercise is written in, and those that lead out of it."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MODULES = _words(
    """
    __future__ abc cmath collections collections.abc contextlib copy dataclasses enum fractions functools itertools
    logging math operator
    matplotlib matplotlib.pyplot numbers numpy numpy.fft numpy.linalg numpy.random numpy.typing random statistics time
    torch torch.autograd torch.backends torch.backends.cudnn torch.backends.mps torch.cuda torch.distributions torch.fft torch.linalg torch.nn torch.optim torch.special
    torch.types torch.utils torch.utils.data torchvision tqdm tqdm.auto typing typing_extensions warnings
    """
)
FAMILIES = ("torch.nn.", "torch.distributions.", "torch.optim.", "torchvision.", "generative.")
"""Modules of libraries whose parts such code uses; everything below a family belongs to it."""

OFTEN_IMPORTED = _words(
    "IPython PIL einops ipywidgets pandas scipy seaborn sklearn tensorboard torchinfo torchsummary torchmetrics"
)
"""Libraries whose import is no question; what is used of them is one."""
USUAL_SETTINGS = _words(
    """
    torch.backends.cudnn.benchmark torch.backends.cudnn.deterministic torch.backends.cudnn.enabled
    torch.backends.cuda.matmul.allow_tf32 torch.backends.cudnn.allow_tf32
    """
)
"""Set on import."""

REACHING = _words(
    """
    builtins.__import__ builtins.compile builtins.delattr builtins.eval builtins.exec builtins.getattr builtins.globals
    builtins.locals builtins.memoryview builtins.open builtins.setattr builtins.super builtins.type builtins.vars
    abc.ABCMeta abc.update_abstractmethods collections.UserDict collections.UserList collections.UserString
    collections.ChainMap dataclasses.make_dataclass enum.EnumMeta enum.global_enum functools.partialmethod
    functools.singledispatch functools.singledispatchmethod functools.update_wrapper
    operator.attrgetter operator.methodcaller operator.itemgetter contextlib.ContextDecorator contextlib.ExitStack
    contextlib.contextmanager contextlib.redirect_stdout contextlib.redirect_stderr contextlib.closing
    numpy.frombuffer numpy.fromfile numpy.fromregex numpy.genfromtxt numpy.load numpy.loadtxt numpy.memmap numpy.ndarray
    numpy.nditer numpy.save numpy.savetxt numpy.savez numpy.savez_compressed numpy.seterrcall
    torch.compile torch.from_file torch.frombuffer torch.from_dlpack torch.load torch.save torch.to_dlpack
    torch.TypedStorage torch.UntypedStorage
    torch.distributions.register_kl torch.autograd.functional torch.autograd.graph
    typing.ForwardRef typing.get_args typing.get_origin typing.get_type_hints typing.NewType
    typing_extensions.get_annotations typing_extensions.evaluate_forward_ref typing_extensions.get_type_hints
    matplotlib.pyplot.imread numpy.info torch.autocast_increment_nesting torch.autocast_decrement_nesting
    typing.get_overloads typing.overload typing_extensions.get_overloads warnings.formatwarning warnings.showwarning warnings.warn_explicit
    logging.FileHandler logging.Formatter logging.Logger logging.Manager logging.StreamHandler logging.PlaceHolder
    logging.LogRecord logging.makeLogRecord logging.setLogRecordFactory logging.setLoggerClass logging.getLoggerClass
    logging.disable logging.addLevelName logging.getLogRecordFactory logging.root logging.lastResort logging.getHandlerByName logging.Filter
    """
)
"""Parts of them by which code reaches names, attributes, files or memory."""
SEEDING = _words(
    "torch.manual_seed torch.cuda.manual_seed torch.cuda.manual_seed_all random.seed numpy.random.seed torch.seed"
)
"""On import they do nothing to what is asked later, which draws from seeds of ours."""
RANDOM = _words(
    """
    torch.Generator torch.initial_seed torch.get_rng_state torch.set_rng_state torch.default_generator
    torch.random.fork_rng random.Random random.SystemRandom random.getstate random.setstate statistics.NormalDist
    numpy.random.Generator numpy.random.RandomState numpy.random.default_rng numpy.random.get_state
    numpy.random.set_state numpy.random.BitGenerator numpy.random.SeedSequence numpy.random.PCG64 numpy.random.PCG64DXSM
    numpy.random.MT19937 numpy.random.Philox numpy.random.SFC64
    """
)
"""Random numbers of one's own, which can be made to come again."""
PICKING = _words(
    "torch.randint torch.randint_like torch.randperm torch.multinomial torch.bernoulli torch.poisson"
)
PICKING_IN_PLACE = _words("random_ bernoulli_ geometric_ multinomial")
NORMAL_DRAWS = _words(
    "normal randn standard_normal multivariate_normal gauss normalvariate seed rand random uniform"
)
"""Of Python's and NumPy's, those that an honest slip uses."""
UNFILLED = _words("empty empty_like empty_strided new_empty new resize_")
"""Memory that holds what was there before."""
FILLING = _words("copy_ exponential_ fill_ normal_ uniform_ zero_ bernoulli_ ones_ zeros_")
MODES = _words(
    "torch.is_grad_enabled torch.is_inference_mode_enabled torch.is_inference torch.is_autocast_enabled"
)
THREADS = _words("torch.get_num_interop_threads torch.get_num_threads")
ASKING_FOR_MODE = _words("requires_grad is_leaf is_inference retains_grad")
TAKING_GRADIENTS = _words(
    """
    torch.autograd.grad torch.autograd.backward torch.func.grad torch.func.vjp torch.func.jvp torch.func.grad_and_value
    torch.autograd.functional.vjp torch.autograd.functional.jvp torch.autograd.functional.jacobian
    """
)
DECORATING = _words(
    """
    abc.abstractmethod dataclasses.dataclass enum.unique functools.total_ordering functools.wraps typing.final
    typing.no_type_check typing.runtime_checkable typing.override typing_extensions.override
    """
)
"""What changes the function or class that it gets, and belongs after an @."""
ON_METHODS = DECORATING | _words("torch.enable_grad torch.inference_mode torch.no_grad")
CACHES = _words("functools.cache functools.cached_property functools.lru_cache")
ON_CLASSES = _words("dataclasses.dataclass enum.unique functools.total_ordering typing.final")

BUILTINS = _words(
    """
    breakpoint compile delattr dir eval exec globals help locals memoryview open setattr vars
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
OWN_BASES = _words(
    "ArithmeticError AssertionError Exception NotImplementedError RuntimeError TypeError ValueError object"
)
SET_WHEN_MADE = _words("bias data eps grad inplace momentum p requires_grad training weight")
"""Attributes of layers and tensors that a model sets while it is made."""

DUNDER_NAMES = _words(
    "__all__ __author__ __copyright__ __credits__ __date__ __email__ __license__ __name__ __status__ __version__"
)
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
    ag_await ag_code ag_frame cffi co_code co_consts cr_await cr_code cr_frame cr_origin ctypes f_back f_builtins f_code
    f_globals f_locals gi_code gi_frame gi_yieldfrom mro tb_frame tb_next with_traceback
    arg_constraints data_ptr filters format_map from_address handlers loggerDict manager from_buffer grad_fn next_functions restype storage typed_storage untyped_storage
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
    add add_module add_param_group addFilter addHandler append appendleft backward byteswap clear discard extend extendleft fill insert itemset
    load_state_dict partition pop popitem popleft put register register_buffer register_module register_parameter remove
    removeHandler resize reverse rotate send setLevel setdefault setfield setflags setitem sort step subtract symmetric_difference_update update update_parameters
    zero_grad
    """
)
"""Methods that change a container, an array, a layer or a logger."""
REGISTERING = _words(
    "add_module apply load_state_dict register_buffer register_module register_parameter requires_grad_ zero_grad"
)
"""Methods by which a model changes what it holds."""
CHANGES_ARGUMENTS = _words(
    """
    backward batch_norm copyto embedding embedding_bag instance_norm place put put_along_axis putmask vector_to_parameters
    """
)
"""Functions of libraries that may change what they get, beside those that end in _ and those of torch.nn.init."""
METHODS_ASKED = _words("decode encode forward sample")
"""Methods of graded classes that are called."""
ONLY_ASKED = _words("numpy.ndarray")
"""What may be asked for in isinstance and annotations, and not called."""
DRAWS = _words(
    "randn randn_like normal_ normal rsample sample standard_normal reparameterize reparametrize reparam"
)
"""Names of functions that draw z."""
NOT_RANDOM = _words(
    """
    kl_normal kl_standard_normal elbo_definition elbo_decomposition bernoulli_log_likelihood elbo discriminator_loss
    generator_loss_minimax generator_loss_nonsaturating
    """
)
"""Graded functions whose result is one for one argument."""
DRAWING = DRAWS | _words(
    "dropout alpha_dropout rand rand_like uniform uniform_ bernoulli bernoulli_ randint randint_like randperm multinomial"
)
USUAL_SIZES = frozenset((2, 3, 4, 28, 784))
"""Of axes of images and of batches, which a right formula may ask for."""
ASKED_OF_A_BATCH = _words(
    "all allclose amax amin any count_nonzero equal is_nonzero item max mean median min std sum var"
)
"""Methods and functions that say one thing of all values of a tensor."""
OF_MEMORY = _words("as_strided is_contiguous storage_offset stride")
"""Methods that ask how a tensor lies in memory, or read it in another way."""
MANY = 64  # of a batch, or of the values of z: more than a right formula counts
AS_TEXT = _words("ascii f format repr str")
"""Functions that make a text of anything; f: a text with values in it."""
FAILING_BY_MODE = _words("__array__ numpy tolist requires_grad_ data_ptr")
"""Methods that fail for some tensors, such as those for which gradients are recorded."""
ALIASING = _words(
    """
    as_strided as_tensor asarray asarray_chkfinite atleast_1d atleast_2d atleast_3d broadcast_to broadcast_tensors buffers
    children chunk contiguous copy cpu cuda detach dict diagonal double enumerate expand expand_as filter flatten float
    from_numpy get get_buffer get_parameter get_submodule getattr half hsplit items iter list map max min modules
    moveaxis movedim named_buffers named_children named_modules named_parameters narrow next numpy parameters permute ravel
    reshape reversed select set setdefault sorted split squeeze state_dict swapaxes t tensor_split to transpose tuple
    type unbind unflatten unfold unsqueeze values view view_as view_as_real vsplit zip
    """
)
"""Functions and methods whose result may be, or hold, what they get."""
SHAPING = _words(
    "broadcast_to chunk expand flatten movedim narrow permute repeat reshape split tensor_split tile unflatten view"
)
"""Functions and methods that get a tensor, and after it sizes or axes, which they only read."""
READING = _words(
    """
    abs absolute acos add all allclose amax amin any argmax argmin asin atan2 bmm cat ceil clamp clip concat cos cosh count
    count_nonzero cross debug deg2rad diff dim div divide dot eig einsum endswith eq equal erf erfc error
    exp exp2 expm1 find finfo floor fmod format frac full_like gamma ge gelu gt heaviside hypot index info inner is_available
    isclose isfinite isinf isnan item join kl_divergence kron ldexp le lerp lgamma linspace log log10 log1p log2
    log_prob log_softmax logaddexp logical_and logical_not logical_or logit logsigmoid logsumexp lower lt masked_fill
    matmul maximum mean median minimum mm mul multiply mv ndimension ne neg negative nelement norm numel ones_like
    outer pow power prod quantile rand_like randn_like reciprocal relu remainder round rsample rsqrt sample sigmoid sign
    sin sinh size softmax softplus sqrt square stack startswith std strip sub subtract sum tan tanh tanhdecay tensordot
    arange empty empty_like eye full linspace new_empty new_full new_ones new_tensor new_zeros normal ones rand randint randn
    tensor zeros
    tile tolist topk trace tril triu trunc upper var vdot warning where xlogy zeros_like
    """
)
"""Functions and methods that only read what they get, and give something new."""
READING_BUILTINS = _words(
    "abs all any bool callable complex divmod float format hasattr hash id int isinstance issubclass len pow print range repr round str type"
)
PLAIN_ATTRIBUTES = _words(
    """
    device dim dtype ndim shape size name names __name__ itemsize nbytes numel in_features out_features training
    latent_dim hidden_dim
    """
)
"""Attributes whose values cannot change."""
OWN_PARTS = _words(
    """
    buffers children get_buffer get_parameter get_submodule modules named_buffers named_children named_modules
    named_parameters parameters state_dict
    """
)
"""Methods by which a model hands out what it holds."""
PARAMETERS = _words("get_parameter named_parameters parameters")
ABOUT_SELF = _words("super isinstance issubclass print len repr str type id")
"""Functions that a method may give the object itself."""
CONTAINERS = _words("dict list set deque Counter OrderedDict defaultdict Tensor ndarray")
ITERATORS = _words("enumerate filter iter map reversed zip")
SETTINGS = _words(
    """
    basicConfig filterwarnings register_kl resetwarnings setbufsize setcontext seterr simplefilter
    use_deterministic_algorithms
    """
)
"""Functions that set what a library holds for everybody."""
FIELD = _words("dataclasses.field")
PLAIN_BASES = _words(
    "torch.nn.Module abc.ABC typing.Generic typing.Protocol typing.NamedTuple enum.Enum enum.IntEnum"
)
COUNTERS = _words("num_batches_tracked running_mean running_var")
SCALARS = _words(
    """
    Path Size bool complex device device_count dtype finfo float iinfo int is_available len range round str
    """
)
"""What makes a constant of constants, beside the functions of math."""
ALWAYS_SCALAR = _words("bool complex device_count float int is_available len str")
"""What makes a constant of anything."""
OF_TEXTS = _words(
    """
    capitalize casefold count encode endswith find format index isdigit join lower lstrip replace rstrip startswith strip
    title upper zfill
    """
)
"""Methods of constants that give constants."""
WITHOUT_STATE = _words(
    """
    BCELoss BCEWithLogitsLoss ELU Flatten GELU GaussianNLLLoss Hardtanh Identity Independent KLDivLoss L1Loss
    LeakyReLU LogSigmoid LogSoftmax MSELoss Normal ReLU ReLU6 SELU SiLU Sigmoid SmoothL1Loss Softmax
    Softplus Tanh Unflatten namedtuple TypeVar as_tensor tensor zeros ones eye arange linspace logspace array full asarray log
    exp sqrt sum prod abs max min partial getLogger Constraint auto dict list set tuple
    """
)
"""Calls whose results remember nothing but what is written into them from outside."""
