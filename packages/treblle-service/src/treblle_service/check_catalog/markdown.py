"""`docs/checks.md` from the catalogue: `python -m treblle_service.check_catalog.markdown`."""

from treblle_service.check_catalog import CATALOG, GRADES, Check, Group, Stage, Threat

HEAD = """# Checks

Made from `treblle_service.check_catalog`; a test holds it fresh
(`python -m treblle_service.check_catalog.markdown > docs/checks.md`).

**Run-time** checks look at traffic. Each request is judged as it is loaded; what counts is the share
of requests of an endpoint that failed within seven days: up to the first limit it passes, above it
warns, above the second it fails. **Design-time** checks look at an OpenAPI document, the team's own
or the one made from traffic; a check of operations warns where one fails, and fails where more than a
fifth do. A check that a project switched off counts nowhere.

A **score** is 0 to 100: each check that applies counts by its severity (low 1, medium 3, high 6),
in full where it passed, half where it warns. An endpoint has the mean of its checks; in a project a
check counts with its mean over the endpoints. Checks that do not apply are left out on both sides,
so scores can be compared between periods, versions and APIs. Grades: {grades}.

The **threat level** of a request is the highest of the checks that it failed. Checks of the group
Threat judge what clients send; they lower no score.

A request **touches** PCI DSS where it holds card data, HIPAA where it names health data, GDPR
where it holds personal data of someone in the EEA, the United Kingdom or an unknown place, CCPA
where it holds personal data of someone in California or somewhere unknown in the United States.

**Spikes and attacks** are looked for in windows of 15 minutes. A spike lies 80 % (low), 150 % (medium)
or 350 % (high) above the usual, which is the median of the same quarter of an hour on the last seven days
or on this weekday of the last four weeks, whichever is more, and above what these days differ by (three
deviations, by the median absolute deviation). So neither the peak of each Monday is one, nor does one odd
day change the usual. Less than 50 requests count as 50. A drop leaves less than 30 %, 10 % or 1 % of the
usual. An attack is an address with 20 requests refused with 401 or 403, 50 for what is not there, or 5 that
look like injections; an address that is refused as often each day at that time is none.

**False alarms** are measured on 149 recorded requests that say beside them what is truly wrong with each: 66 are
without fault and look suspicious (people called O'Brien, SQL in an article, a formula in a cell; 20 were
written after the checks), 83 hold faults and attacks or are the traffic of the example's bookshop.
`python -m treblle_etl try_checks projects/etl_worker/tests/transform/checks/recorded/*.jsonl` says:

{measured}

Beside these, 948 answers made up from the published response schemas of two other APIs (Adyen's management,
Outline; four for each operation and status, behind faultless headers, so that paths, names and bodies are
theirs) raised 758 findings. Judged by one reader, from each check's wording and
the reference it cites, 24 of them were false (3.2%), all of "Secrets in the Response": a new API key is told
to whoever makes it, and addresses such as `/apiCredentials` were not known for that. Two requests like these are among the recorded ones now, and 0
of 734 findings are false: spelling of paths 512, compression 136, passwords in settings 32, a 200 that
says it failed 27, mixed names 15, verbs, plurals and depth of paths 4 each.

Both rates are what was judged on these recorded and made up answers, by one reader; other traffic may give
others. Faults that the checks missed in the made up answers were not measured.
"""

# What the command above prints; a test of the ETL holds it true.
MEASURED = """| group | findings | false alarms | faults missed |
|---|---|---|---|
| Design | 63 | 0 (0.0%) | 0 |
| Performance | 10 | 0 (0.0%) | 0 |
| Security | 88 | 0 (0.0%) | 0 |
| Run time | 74 | 0 (0.0%) | 0 |
| Threat | 21 | 0 (0.0%) | 0 |
| All | 256 | 0 (0.0%) | 0 |"""


def markdown() -> str:
    """The whole page."""
    grades = ", ".join(f"{grade} ≥ {lowest:.0f}" if lowest else grade for grade, lowest in GRADES)
    parts = [HEAD.format(grades=grades, measured=MEASURED)]
    for stage, title in (
        (Stage.RUN_TIME, "Traffic"),
        (Stage.DESIGN_TIME, "OpenAPI document"),
    ):
        for group in Group:
            checks = [c for c in CATALOG.values() if c.group is group and c.stage is stage]
            if checks:
                parts.append(f"## {title}: {group.label}\n")
                parts += [_entry(check) for check in checks]
    return "\n".join(parts)


def _entry(check: Check) -> str:
    threat = "" if check.threat is Threat.NONE else f", threat {check.threat.name.lower()}"
    limits = (
        f", limits {check.limits.warning:.2%} and {check.limits.failure:.2%}"
        if check.stage is Stage.RUN_TIME and check.is_scored
        else ""
    )
    return (
        f"### {check.title}\n`{check.code}` · severity {check.severity.name.lower()}{threat}{limits}"
        f" · [{check.reference}]({check.url})\n\n{check.why}\n\n*How to mend:* {check.mend}\n"
    )


if __name__ == "__main__":
    print(markdown(), end="")
