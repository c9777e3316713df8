"""What the site keeps beside its pages: which version is published, how often pages were seen."""

from typing import ClassVar

from django.db import models


class PublishedVersion(models.Model):
    """One row, counted up with whatever visitors can see changing: pages kept in memory end with it."""

    ONLY: ClassVar = 1

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class PageViews(models.Model):
    """How often a page was asked for on a day (UTC), and how often by one of the two halves of visitors
    (`visitors.half_of`). No visitor is told from another.
    """

    day = models.DateField(db_index=True)
    path = models.CharField(max_length=255)
    views = models.PositiveIntegerField(default=0)
    views_in_b = models.PositiveIntegerField("half B", default=0, db_default=0)

    class Meta:
        verbose_name = "views of a page"
        verbose_name_plural = "page views"
        ordering: ClassVar = ["-day", "-views"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "path"], name="page_views_day_path")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.path}: {self.views}"

    @property
    def views_in_a(self) -> int:
        return self.views - self.views_in_b


class BlogCopy(models.Model):
    """The last good answer of the blog to one question: shown while the blog is away."""

    question = models.CharField(max_length=191, unique=True)
    answer = models.JSONField()
    fetched_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.question
