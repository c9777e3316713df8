"""What was measured for a rule."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Observation:
    """`value` is in the metric's unit; None says nothing about the rule, for want of requests.

    `requests` are those in the window, `usual` as many as there were at this hour of the last
    week; `found` names what is new, for metrics that tell of single things.
    """

    value: float | None
    requests: int = 0
    usual: float | None = None
    found: list[str] = field(default_factory=list)
    # A path of the platform's pages, below the project's.
    page: str = ""
