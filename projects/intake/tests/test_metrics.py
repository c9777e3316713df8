"""`/metrics` of the intake: for who has the token, and counting what really happened."""

from tests.support.payloads import django_payload

TOKEN = "for the scraper"
ALLOWED = {"authorization": f"Bearer {TOKEN}"}


def test_what_was_taken_and_what_was_turned_away_is_counted(start_intake):
    intake = start_intake(METRICS_TOKEN=TOKEN)
    assert intake.post(django_payload()).status_code == 202
    assert intake.post(b"no JSON").status_code == 400
    told = intake.client.get("/metrics", headers=ALLOWED).text
    assert "treblle_intake_events_accepted_total 1.0" in told
    assert 'treblle_intake_refusals_total{code="unreadable"} 1.0' in told
    assert "treblle_intake_put_seconds_count 1.0" in told
    assert "treblle_intake_queued_events 0.0" in told


def test_metrics_are_closed_to_everyone_else(intake):
    for sent in ("Bearer", "Bearer guessed"):
        answer = intake.client.get("/metrics", headers={"authorization": sent})
        assert answer.status_code == 403
