"""What people do about a problem. Traffic opens a resolved one again when it comes back."""

from datetime import datetime

from treblle_models.models import Problem, User


def resolve_problem(*, problem: Problem, now: datetime) -> None:
    _save(problem, state=Problem.State.RESOLVED, resolved_at=now, regressed_at=None)


def ignore_problem(*, problem: Problem) -> None:
    """It stays counted, and is not told of again."""
    _save(problem, state=Problem.State.IGNORED, resolved_at=None, regressed_at=None)


def reopen_problem(*, problem: Problem) -> None:
    _save(problem, state=Problem.State.OPEN, resolved_at=None)


def assign_problem(*, problem: Problem, assignee: User | None) -> None:
    """`assignee` must be one of the project's people; None takes it from whoever has it."""
    _save(problem, assignee=assignee)


def _save(problem: Problem, **values: object) -> None:
    for name, value in values.items():
        setattr(problem, name, value)
    # What traffic writes meanwhile (counts, times) is not touched.
    problem.save(update_fields=[*values, "updated_at"])
