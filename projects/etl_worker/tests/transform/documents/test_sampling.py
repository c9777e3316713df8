"""Bodies of a known shape are looked at now and then, and still count as all of them."""

from treblle_etl.transform.documents import Exchange, Operation, observe, sampling


def content(operation: Operation):
    return operation.responses["200"].contents["application/json"]


def test_counts_stay_what_they_were_though_few_bodies_are_looked_at():
    operation = Operation("GET", "/a")
    looked_at = 0
    for number in range(2_000):
        body = {"id": number} if number % 2 else {"id": number, "note": "x"}
        looked_at += bool(sampling.weight({**operation.shapes}, 200, body))
        observe(operation, Exchange("/a", 200, response_body=body))
    assert looked_at < 400
    shape = content(operation).schema.root.object
    assert abs(shape.walked - 2_000) < 2 * sampling.ONE_OF
    assert abs(shape.properties["note"].count - 1_000) < 2 * sampling.ONE_OF


def test_a_new_shape_is_looked_at_at_once():
    operation = Operation("GET", "/a")
    for number in range(999):
        observe(operation, Exchange("/a", 200, response_body={"id": number}))
    observe(operation, Exchange("/a", 200, response_body={"id": 1, "user": {"plan": "free"}}))
    assert content(operation).schema.root.object.properties["user"].count == 1


def test_shapes_remembered_are_few():
    operation = Operation("GET", "/a")
    for number in range(1_000):
        observe(operation, Exchange("/a", 200, response_body={f"key{number}": 1}))
    assert len(operation.shapes) <= sampling.MAX_SHAPES
    assert content(operation).count == 1_000
