"""`manage.py score`: work out results and scores of a project now, and print them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from treblle_models.models import Project, ProjectCheckResult
from treblle_service.check_catalog import CATALOG, Group, Stage, grade_of, whole_points

from treblle_etl.quality import scores
from treblle_etl.transform.checks.scoring import Score

MOST_FINDINGS = 15


class Command(BaseCommand):
    help = (
        "Work out what the checks say of a project (run time: seven days of traffic; design time:"
        " its newest OpenAPI document), write results and scores, and print them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="uuid or custom id (the SDK's project id)")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["project"]
        project = Project.objects.filter(custom_id=name).first() or Project.find_by_uuid(name)
        if project is None:
            raise CommandError(f"there is no project {name}")
        found = scores.score_project(project, timezone.now())
        self.stdout.write(f"{project.name}: {found.endpoints} endpoints with traffic in 7 days")
        self._show("Run time", found.run_time, "no traffic in 7 days")
        document = found.document
        title = f"Design time, {document}" if document else "Design time"
        self._show(title, found.design_time, "no OpenAPI document")
        for stage in Stage:
            self._findings(project, stage)

    def _show(self, title: str, score: Score | None, nothing: str) -> None:
        if score is None:
            self.stdout.write(f"{title}: no score, {nothing}")
            return
        points = whole_points(score.value)
        self.stdout.write(f"{title}: {points} of 100, grade {grade_of(score.value)}")
        for group in Group:
            if group.value in score.groups:
                self.stdout.write(f"  {group.label:12} {score.groups[group.value]:6.1f}")

    def _findings(self, project: Project, stage: Stage) -> None:
        results = ProjectCheckResult.objects.filter(project=project, stage=stage.value)
        known = [r for r in results.exclude(outcome="pass") if r.code in CATALOG]
        known.sort(key=lambda r: (-CATALOG[r.code].severity, -(r.value or 0), r.code))
        for result in known[:MOST_FINDINGS]:
            check = CATALOG[result.code]
            share = "" if result.value is None else f"{result.value:7.1%}"
            self.stdout.write(
                f"  {result.outcome:8}{check.severity.name.lower():7}{share:8} {check.title}"
                f" ({result.code}): {result.evidence}"
            )
        if len(known) > MOST_FINDINGS:
            self.stdout.write(f"  … and {len(known) - MOST_FINDINGS} more ({stage.value})")
