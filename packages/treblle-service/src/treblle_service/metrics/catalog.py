"""Every figure there is, by the part that counts it. Dashboards and alert rules name these.

deploy/observability/ and docs/runbook.md are held against this list by a test.
"""

from treblle_service.metrics.instruments import Counter, Gauge, Histogram, Instrument

# The intake.
EVENTS_ACCEPTED = Counter("treblle_intake_events_accepted_total", "Events made durable")
REFUSALS = Counter(
    "treblle_intake_refusals_total", "Payloads or batches turned away, by code", ("code",)
)
INTAKE_SECONDS = Histogram(
    "treblle_intake_request_seconds", "From a payload's first byte to its durable answer"
)
PUT_SECONDS = Histogram("treblle_intake_put_seconds", "One object into the raw store")
PUT_FAILURES = Counter("treblle_intake_put_failures_total", "Objects the raw store did not take")
QUEUED_EVENTS = Gauge("treblle_intake_queued_events", "Events that wait to become durable")
UNANNOUNCED = Gauge(
    "treblle_intake_unannounced_objects", "Durable objects the event queue has not been told of"
)

# Web processes: platform, API, website.
HTTP_SECONDS = Histogram(
    "treblle_http_request_seconds", "Requests by route and status class", ("route", "status")
)

# Celery workers, where one process does the tasks (--pool=solo).
TASK_SECONDS = Histogram("treblle_task_seconds", "Tasks by name and outcome", ("task", "outcome"))

# The way of an event, measured by the listener for all processes together.
STATE_AGE = Gauge("treblle_pipeline_state_age_seconds", "Since the pipeline was last measured")
OLDEST_UNPROCESSED = Gauge(
    "treblle_pipeline_oldest_unprocessed_seconds", "Age of the oldest raw object not yet loaded"
)
UNPROCESSED = Gauge("treblle_pipeline_unprocessed_objects", "Raw objects not yet loaded")
LAG = Gauge(
    "treblle_pipeline_lag_seconds",
    "From an object's write to its rows, over the last minute, by quantile",
    ("quantile",),
)
EVENTS_PER_SECOND = Gauge(
    "treblle_pipeline_events_per_second", "Events loaded, over the last minute"
)
DUPLICATES_PER_SECOND = Gauge(
    "treblle_pipeline_duplicates_per_second", "Events that were there already, last minute"
)
DEAD_LETTERS = Gauge("treblle_pipeline_dead_letters", "Dead letters that were not replayed")
FAILED_FORGETTINGS = Gauge(
    "treblle_pipeline_failed_forgettings", "Orders to forget what was learned that were given up"
)
EVENT_QUEUE = Gauge("treblle_pipeline_event_queue_messages", "Messages in the event queue")
TASK_QUEUE = Gauge("treblle_pipeline_queued_tasks", "Tasks that wait at the broker", ("queue",))


def instruments() -> list[Instrument]:
    return [each for each in globals().values() if isinstance(each, Instrument)]
