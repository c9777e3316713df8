"""Endpoint templates learned from the paths of requests: `/users/123` → `/users/{user_id}`."""

from treblle_etl.transform.paths.corrections import Corrections, shape_of
from treblle_etl.transform.paths.learner import Learner
from treblle_etl.transform.paths.state import UnreadableState
from treblle_etl.transform.paths.templates import Templates

__all__ = ["Corrections", "Learner", "Templates", "UnreadableState", "shape_of"]
