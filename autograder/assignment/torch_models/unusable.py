"""Why a training run ends before its last step."""


class Unusable(Exception):
    """What the student's code returned cannot be trained with. The message is a sentence for the student."""


class NotFinite(Exception):
    """The loss became nan or infinite in `step`, counted from 1."""

    def __init__(self, step: int, value: float) -> None:
        super().__init__(f"the loss is {value} in step {step}")
        self.step, self.value = step, value
