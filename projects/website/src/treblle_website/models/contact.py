"""The contact page: a form that editors put together, kept in the editor and sent by mail."""

import logging
from collections.abc import Callable
from smtplib import SMTPException
from typing import Any, ClassVar

from anymail.exceptions import AnymailError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.contrib.forms.models import AbstractFormField, EmailFormMixin, FormMixin
from wagtail.contrib.forms.panels import FormSubmissionsPanel
from wagtail.models import Page

from treblle_website import spam
from treblle_website.models.pages import SitePage

logger = logging.getLogger(__name__)


class ContactField(AbstractFormField):
    """One field of the form."""

    page = ParentalKey("ContactPage", on_delete=models.CASCADE, related_name="form_fields")


class ContactPage(EmailFormMixin, FormMixin, SitePage):
    """A form. What is sent stays in the editor under Forms, also where mail fails."""

    introduction = models.TextField(max_length=400, blank=True)
    button = models.CharField(max_length=40, default="Send")
    thanks = models.CharField(
        max_length=300, default="Thank you. We read everything and answer by mail."
    )

    content_panels: ClassVar = [
        FormSubmissionsPanel(),
        *Page.content_panels,
        FieldPanel("introduction"),
        InlinePanel("form_fields", label="field"),
        FieldPanel("button"),
        FieldPanel("thanks"),
        FieldPanel("to_address"),
        FieldPanel("subject"),
    ]
    template = "treblle_website/contact_page.html"
    landing_page_template = "treblle_website/contact_page.html"
    parent_page_types: ClassVar = ["treblle_website.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "contact page"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, or what became of it; never kept by a cache, for its time is in it."""
        answer = self._serve(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    def _serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Spam is thanked like everybody: who sends it learns nothing."""
        serve: Callable[..., HttpResponse] = super().serve
        if request.method != "POST":
            return serve(request, *args, **kwargs)
        verdict = spam.judge(request)
        if verdict is spam.Verdict.SPAM:
            logger.info("a message to the contact page was taken for spam")
            landing: HttpResponse = self.render_landing_page(request, None)
            return landing
        if verdict is not spam.Verdict.FINE:
            return self._ask_again(request, verdict)
        return serve(request, *args, **kwargs)

    def _ask_again(self, request: HttpRequest, verdict: spam.Verdict) -> HttpResponse:
        form = self.get_form(request.POST, request.FILES, page=self, user=request.user)
        form.add_error(None, spam.explanation(verdict))
        answer: HttpResponse = super().serve(_as_get(request))
        answer.context_data["form"] = form  # type: ignore[attr-defined]  # a TemplateResponse
        answer.status_code = 429 if verdict is spam.Verdict.TOO_MANY else 400
        return answer

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"stamp": spam.stamp(), "trap": spam.TRAP, "stamp_name": spam.STAMP}

    def send_mail(self, form: Any) -> None:
        """To the addresses; a mail server that is away costs no message."""
        try:
            super().send_mail(form)
        except (OSError, SMTPException, AnymailError):
            logger.exception("a message is in the editor, but could not be mailed")


def _as_get(request: HttpRequest) -> HttpRequest:
    request.method = "GET"
    return request
