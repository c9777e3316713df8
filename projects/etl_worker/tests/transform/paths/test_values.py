"""What is told of values by their text and by what stands elsewhere in the API."""

import random
import string

import pytest
from treblle_etl.transform.paths import Learner

WORDS = ["tulip", "otter", "linden", "pebble", "heron", "walnut", "comet", "ginger", "velvet"]


def learned(*requests: tuple[str, str]) -> Learner:
    learner = Learner()
    for method, path in requests:
        learner.observe(method, path, 200)
    learner.learn()
    return learner


def test_versions_of_an_api_stay_however_alike_they_are():
    versions = ("v1", "v1beta1", "v1beta2", "v2alpha1")
    requests = [
        (method, f"/apis/{version}/{rest}")
        for version in versions
        for rest in ("leases", "claims/3/status", "claims/4/status", "slices/limits")
        for method in ("GET", "PUT", "DELETE")
        for _ in range(9)
    ]
    learner = learned(*requests)
    assert learner.template_of("PUT", "/apis/v1beta2/claims/3/status") == (
        "/apis/v1beta2/claims/{claim_id}/status"
    )


def test_what_an_at_sign_marks_is_apart_from_identifiers_and_a_value_by_itself():
    requests = [("GET", f"/users/{number}/badges") for number in range(50)]
    requests += [("GET", "/users/@me/badges")] * 50
    requests += [("GET", f"/{number}/{number}") for number in range(50)]
    requests += [("GET", f"/@{name}-{number}/{number}") for name in WORDS for number in range(20)]
    learner = learned(*requests)
    assert learner.template_of("GET", "/users/@me/badges") == "/users/@me/badges"
    assert learner.template_of("GET", "/@otter-3/3") == "/@{tenant}/{id}"
    assert learner.template_of("GET", "/3/3") == "/{id}/{id2}"
    assert learner.published().of("GET", "/@newt-7/9", 200) == "/@{tenant}/{id}"


def test_what_stands_before_or_behind_a_value_is_no_value_itself():
    requests = [("GET", f"/users/{name}{rest}") for name in WORDS for rest in ("", "/badges")]
    requests += [("GET", f"/files/{name}/{name[::-1]}") for name in WORDS]
    published = learned(*requests * 20).published()
    assert published.of("GET", "/users/otter/badges", 200) == "/users/{user}/badges"
    assert published.of("GET", "/users/@badges", 200) == "/users/@badges"
    assert published.of("GET", "/files/otter/retto", 200) == "/files/{file}/{id}"
    assert published.of("GET", "/files/otter.json", 200) == "/files/{file}.json"


def test_what_is_done_to_a_file_is_no_value_of_a_prefix():
    requests = [("POST", f"/files/{one}.{other}:copy") for one in WORDS for other in WORDS]
    assert [template for _, template in learned(*requests).templates()] == ["/files/{file}:copy"]


def test_a_prefix_with_dots_is_apart_from_its_value():
    names = [*WORDS, *(f"{name}-{number}" for name in WORDS for number in range(20, 40))]
    requests = [("PUT", f"/-/user/org.example.user:{name}") for name in names]
    assert [template for _, template in learned(*requests).templates()] == [
        "/-/user/org.example.user:{user}"
    ]


@pytest.mark.parametrize("odd", ["CLb508611504eeaebc20f721352fdf55df", "qWzXkVpJtRmB"])
def test_a_value_drawn_at_random_is_one_whatever_is_asked_of_it(odd):
    dice = random.Random(41)
    ids = [f"CL{dice.getrandbits(128):032x}" for _ in range(9)]
    ids += ["".join(dice.choices(string.ascii_letters, k=11)) + "7" for _ in range(9)]
    requests = [("GET", f"/lists/{one}/members/{n}") for one in ids for n in range(30)]
    requests += [("POST", f"/lists/{odd}/members")] * 400 + [("DELETE", f"/lists/{odd}")] * 90
    assert learned(*requests).template_of("POST", f"/lists/{odd}/members") == (
        "/lists/{list_id}/members"
    )


def test_what_follows_a_noun_elsewhere_follows_it_here():
    requests = []
    for group in ("apps", "batch/queue", "fleet/v2/all"):
        for name in (*WORDS, *(f"{name}-{number}" for name in WORDS for number in range(9))):
            requests += [("GET", f"/{group}/pods/{name}")] * 3
        requests += [("GET", f"/{group}/pods/public-ports")] * 900
    few = [("GET", "/drafts/x/y/pods/comet"), ("GET", "/drafts/x/y/pods/linden")]
    few += [("GET", "/drafts/x/y/pods/velvet"), ("GET", "/drafts/x/y/pods/public-ports")]
    learner = learned(*requests, *few * 2)
    assert learner.template_of("GET", "/drafts/x/y/pods/comet") == "/drafts/x/y/pods/{pod}"
    assert (
        learner.template_of("GET", "/drafts/x/y/pods/public-ports")
        == "/drafts/x/y/pods/public-ports"
    )


def test_literals_whose_identifiers_are_of_another_source_are_no_values():
    dice = random.Random(43)
    ends = ("", "/labels", "/history")
    requests = [
        (method, f"/objects/{dice.randrange(10**6)}/{dice.getrandbits(96):024x}{end}")
        for method in ("GET", "PATCH")
        for end in ends
        for _ in range(30)
    ]
    requests += [
        (method, f"/objects/velvet/{dice.randrange(10**6)}{end}")
        for method in ("GET", "PATCH")
        for end in ends
        for _ in range(30)
    ]
    template = learned(*requests).template_of("GET", "/objects/velvet/7/labels")
    assert template == "/objects/velvet/{velvet_id}/labels"


def test_a_common_word_that_other_values_are_made_of_is_a_value():
    requests = []
    for name in WORDS:
        requests += [("GET", f"/hosts/{name}-cache{number}") for number in range(20, 24)] * 3
        requests += [("GET", f"/hosts/{name}")] * 3
    requests += [("GET", "/hosts/cache")] * 2
    requests += [("GET", f"/{noun}/cache") for noun in ("images", "builds")] * 20
    requests += [("GET", f"/{noun}/usage") for noun in ("images", "builds")] * 9
    assert learned(*requests).template_of("GET", "/hosts/cache") == "/hosts/{host}"


@pytest.mark.parametrize("readable", ["mem_acscAt3bwnacDy", "mem_OdePwssneMiDrr"])
def test_what_is_as_long_as_the_identifiers_beside_it_is_one_though_it_could_be_read(readable):
    dice = random.Random(47)
    letters = string.ascii_letters + string.digits
    ids = ["mem_" + "".join(dice.choices(letters, k=14)) for _ in range(300)]
    requests = [(method, f"/users/{one}") for one in ids for method in ("GET", "PATCH")]
    requests.append(("GET", f"/users/{readable}"))
    assert learned(*requests).template_of("GET", f"/users/{readable}") == "/users/{user_id}"


def test_the_most_frequent_of_a_few_uneven_values_is_a_value():
    values = ["ridge", "globe538", "heron", "otter-carol", "velvet562", "walnut-pebble741", "comet"]
    values += ["tulip-brook", "linden22", "plum", "otter731", "misty-lake", "amber41", "fern"]
    learner = Learner()
    for rank, value in enumerate(values, start=1):
        learner.observe("GET", f"/help/12/categories/{value}", 200, count=int(900 / rank**1.1))
    learner.observe("GET", "/help/12/sections/7", 200, count=900)
    learner.learn()
    path = "/help/12/categories/ridge"
    assert learner.template_of("GET", path) == "/help/{help_id}/categories/{category}"
