"""`/healthz` and `/readyz`."""

import signal

from tests.support.conditions import wait_until

OK = {"status": "ok"}


def test_a_running_intake_is_healthy_and_ready(intake):
    for path in ("/healthz", "/readyz"):
        answer = intake.client.get(path)
        assert (answer.status_code, answer.json()) == (200, OK)
        assert intake.client.head(path).status_code == 200


def test_a_store_that_is_away_makes_it_unready_but_not_unhealthy(start_intake, tmp_path):
    place = tmp_path / "raw"
    place.write_text("a file where the folder should be")
    intake = start_intake(RAW_STORE_URL=f"file://{place}")
    answer = intake.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "problem": "store: StoreUnavailable"}
    assert intake.client.get("/healthz").json() == OK
    place.unlink()
    wait_until(lambda: intake.client.get("/readyz").status_code == 200)


def test_a_broker_that_is_away_makes_it_unready(start_intake, own_broker):
    intake = start_intake(EVENTS_URL=f"{own_broker.connection_url}/0")
    assert intake.client.get("/readyz").status_code == 200
    own_broker._process.send_signal(signal.SIGSTOP)
    try:
        wait_until(lambda: intake.client.get("/readyz").status_code == 503)
        assert intake.client.get("/readyz").json()["problem"] == "queue: no answer"
        assert intake.client.get("/healthz").json() == OK
    finally:
        own_broker._process.send_signal(signal.SIGCONT)
