"""torchvision's MNIST class, also where torchvision was built for another torch. The one place that knows of this."""

from typing import Any

_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_declared: Any = None  # torch forgets operators when the object that declared them is collected


def mnist_class() -> Any:
    """torchvision.datasets.MNIST.

    A torchvision built with CUDA does not find its compiled operators beside a torch for the CPU, and importing it ends
    in "operator torchvision::nms does not exist". The data sets call none of them: declaring the two that the import
    asks for is enough.
    """
    global _declared
    try:
        from torchvision.datasets import MNIST
    except RuntimeError as error:
        if "torchvision::nms" not in str(error):
            raise
        from torch import library

        _declared = library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
        for operator in ("nms", "qnms"):
            _declared.define(operator + _SIGNATURE)
        from torchvision.datasets import MNIST
    return MNIST
