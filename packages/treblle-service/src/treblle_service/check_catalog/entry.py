"""What is said of a check: one entry of the catalogue."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Group(StrEnum):
    """Where a check belongs, in the order in which pages show the groups."""

    DESIGN = "design"
    AI_READY = "ai_ready"
    PERFORMANCE = "performance"
    SECURITY = "security"
    RUN_TIME = "run_time"
    THREAT = "threat"

    @property
    def label(self) -> str:
        return _TITLES[self]


class Stage(StrEnum):
    """What a check looks at; the values are those of `treblle_models.models.quality.Stage`."""

    RUN_TIME = "run_time"
    DESIGN_TIME = "design_time"


class Severity(IntEnum):
    """How much a failed check matters; its value is its weight in a score."""

    LOW = 1
    MEDIUM = 3
    HIGH = 6

    @property
    def label(self) -> str:
        return self.name.capitalize()


class Threat(IntEnum):
    """The threat level of a request; the values are those of `Request.ThreatLevel`."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True)
class Limits:
    """The shares of failed requests, 0 to 1, above which a run-time check warns and fails."""

    warning: float
    failure: float


@dataclass(frozen=True, kw_only=True)
class Check:
    """One check. `why` and `mend` are whole sentences for the one who owns the API."""

    code: str
    title: str
    group: Group
    stage: Stage
    severity: Severity
    why: str
    mend: str
    # The standard or list it comes from, and where to read it.
    reference: str
    url: str
    # The threat level that a request which fails it has.
    threat: Threat = Threat.NONE
    limits: Limits = Limits(warning=0.0, failure=0.05)
    # It speaks of many requests, never of one: one 404 is no fault, a third of all may be.
    is_rate: bool = False

    @property
    def is_scored(self) -> bool:
        """What clients send, attacks above all, is no fault of the API."""
        return self.group is not Group.THREAT


_TITLES = {
    Group.DESIGN: "Design",
    Group.AI_READY: "AI-ready",
    Group.PERFORMANCE: "Performance",
    Group.SECURITY: "Security",
    Group.RUN_TIME: "Run time",
    Group.THREAT: "Threat",
}
