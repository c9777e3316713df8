"""How alerts read on their pages."""

from django import template

from treblle_platform.alerts import forms
from treblle_platform.alerts.forms import Metric

register = template.Library()
register.filter("channel_in_words", forms.channel_in_words)

HELP = {
    Metric.ERROR_RATE: "The share of requests answered with 4xx or 5xx.",
    Metric.P95: "How long the slowest 5% of requests take, at least.",
    Metric.SPIKE: "Compared with the same hour of the last seven days.",
    Metric.DROP: "Compared with the same hour of the last seven days: often the first sign of an outage.",
    Metric.NEW_ENDPOINT: "Somebody called, and your API answered, what was not seen before.",
    Metric.BREAKING_CHANGE: "Answers no longer have the shape that clients rely on.",
    Metric.NEW_PROBLEM: "Requests fail in a way that is new, or came back after it was resolved.",
    Metric.SCORE: "The score of your API's quality.",
    Metric.SEARCH: "As many requests as you say match one of your searches.",
}


@register.filter
def metric_help(metric: Metric) -> str:
    return HELP[metric]
