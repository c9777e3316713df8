"""What a learner makes of traffic, seen through `template_of`."""

import random

import pytest
from treblle_etl.transform.paths import Learner

NAMES = [
    "ada",
    "bela",
    "cyd",
    "dora",
    "edo",
    "fran",
    "gina",
    "hana",
    "ivo",
    "jana",
    "kira",
    "luka",
    "maja",
    "nola",
    "ota",
    "petra",
    "rita",
    "sanja",
]
FIRST = [
    "crimson",
    "silver",
    "golden",
    "purple",
    "quiet",
    "rapid",
    "gentle",
    "frozen",
    "hollow",
    "bitter",
    "sunny",
    "misty",
]
SECOND = [
    "otter",
    "badger",
    "marten",
    "lynx",
    "puffin",
    "gecko",
    "walrus",
    "heron",
    "bison",
    "ibex",
    "tapir",
    "civet",
]


def learned(*requests: tuple[str, str] | tuple[str, str, int]) -> Learner:
    learner = Learner()
    for method, path, *status in requests:
        learner.observe(method, path, status[0] if status else 200)
    learner.learn()
    return learner


def slug(dice: random.Random) -> str:
    return f"{dice.choice(FIRST)}-{dice.choice(SECOND)}"


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/users/123/orders/9f1c2d3e4a5b6c7d8e9f", "/users/{user_id}/orders/{order_id}"),
        ("/v1/reports/2026-03-01", "/v1/reports/{date}"),
        ("/people/ada@example.org/badges", "/people/{email}/badges"),
        ("/Calls/CA0123456789abcdef0123456789abcdef.json", "/Calls/{call_id}.json"),
        ("/v2/messages/5f0c3a1e-7a3c-4b52-9d7e-0c8f5f1f7a10:archive", "/v2/messages/{message_id}:archive"),
        ("/users/1/users/2", "/users/{user_id}/users/{user_id2}"),
        ("https://api.example.org/companies/77?expand=all#top", "/companies/{company_id}"),
        ("/users.create", "/users.create"),
        ("/v1.2/androidApps/app_9XbK2mQ7rT4zLw", "/v1.2/androidApps/{android_app_id}"),
        ("/", "/"),
    ],
)  # fmt: skip
def test_an_identifier_becomes_a_parameter_named_after_what_stands_before(path, template):
    assert learned(("GET", path)).template_of("GET", path) == template


def test_slugs_become_one_endpoint_and_the_literals_beside_them_stay():
    dice = random.Random(3)
    learner = Learner()
    for _ in range(1500):
        learner.observe("GET", f"/posts/{slug(dice)}", 200)
        learner.observe("GET", f"/posts/{slug(dice)}/comments", 200)
    for _ in range(90):
        learner.observe("GET", "/posts/search", 200)
        learner.observe("GET", "/posts/export", 200)
    learner.learn()
    assert learner.templates() == [
        ("GET", "/posts/export"),
        ("GET", "/posts/search"),
        ("GET", "/posts/{post}"),
        ("GET", "/posts/{post}/comments"),
    ]


def test_literals_with_digits_are_not_swallowed():
    dice = random.Random(4)
    paths = ["/rank/top_10", "/rank/top_100", "/net/layer1", "/net/layer2", "/login/oauth2"]
    weights = [30, 9, 17, 4, 11]
    requests = [("GET", path) for path in dice.choices(paths, weights, k=400)]
    assert {template for _, template in learned(*requests).templates() if template} == set(paths)


def test_tenants_and_locales_at_the_front_become_parameters():
    dice = random.Random(5)
    learner = Learner()
    endpoints = ["invoices", "invoices/7/lines", "members", "members/3", "settings/billing"]
    for _ in range(3000):
        path = dice.choices(endpoints, [9, 5, 4, 3, 1])[0]
        learner.observe("GET", f"/{dice.choice(NAMES)}/{path}", 200)
    learner.learn()
    assert {template for _, template in learner.templates()} == {
        "/{tenant}/invoices",
        "/{tenant}/invoices/{invoice_id}/lines",
        "/{tenant}/members",
        "/{tenant}/members/{member_id}",
        "/{tenant}/settings/billing",
    }


def test_resources_of_the_same_form_are_not_taken_for_values():
    requests = [
        (method, f"/{resource}{suffix}")
        for resource, times in (("pumps", 5), ("valves", 9), ("gauges", 2))
        for method, suffix in (("GET", ""), ("POST", ""), ("GET", "/4411"), ("DELETE", "/4411"))
        for _ in range(times)
    ]
    templates = {template for _, template in learned(*requests).templates()}
    assert {"/pumps/{pump_id}", "/valves/{valve_id}", "/gauges/{gauge_id}"} <= templates


def test_scanners_make_no_endpoints():
    scans = [
        ("GET", path, 404)
        for path in ("/wp-login.php", "/.env", "/admin/config.bak", "/users/12/../../etc/passwd")
    ]
    learner = learned(("GET", "/users/12"), ("GET", "/users/13", 404), *scans)
    assert learner.templates() == [("GET", "/users/{user_id}")]
    assert [learner.template_of(method, path) for method, path, _ in scans] == [None] * 4
    assert learner.template_of("GET", "/users/13") == "/users/{user_id}"
    assert learner.template_of("DELETE", "/users/12") is None


def test_values_that_were_endpoints_become_one_later():
    learner = learned(("GET", "/users/alice"), ("GET", "/users/bob"))
    assert len(learner.templates()) == 2
    dice = random.Random(6)
    for _ in range(2000):
        learner.observe("GET", f"/users/{slug(dice)}", 200)
        learner.observe("GET", f"/users/{slug(dice)}/followers", 200)
    for name in ("alice", "bob"):
        for _ in range(10):
            learner.observe("GET", f"/users/{name}", 200)
            learner.observe("GET", f"/users/{name}/followers", 200)
    assert learner.due
    learner.learn()
    assert learner.templates() == [("GET", "/users/{user}"), ("GET", "/users/{user}/followers")]
    assert learner.published().becomes("GET", "/users/alice") == "/users/{user}"
    assert not learner.due


def test_the_order_of_arrival_does_not_matter():
    dice = random.Random(7)
    paths = [f"/shelves/{slug(dice)}/books/{dice.randrange(10**6)}" for _ in range(600)]
    paths += ["/shelves/popular", "/shelves/new"] * 40
    forwards = learned(*(("GET", path) for path in paths))
    shuffled = Learner()
    for number, path in enumerate(dice.sample(paths, len(paths))):
        shuffled.observe("GET", path, 200)
        if number % 100 == 0:
            shuffled.learn()
    shuffled.learn()
    assert shuffled.templates() == forwards.templates()


def test_it_is_the_same_after_being_kept_as_bytes():
    dice = random.Random(8)
    learner = learned(*(("GET", f"/posts/{slug(dice)}/likes/{n}") for n in range(400)))
    again = Learner.from_bytes(learner.to_bytes())
    assert again.templates() == learner.templates() == [("GET", "/posts/{post}/likes/{like_id}")]
    assert again.to_bytes() == learner.to_bytes()
    again.learn()
    assert again.templates() == learner.templates()


def test_the_most_frequent_values_of_a_skewed_pool_are_no_endpoints_of_their_own():
    dice = random.Random(11)
    pool = [*NAMES, *(slug(dice) for _ in range(40))]
    dice.shuffle(pool)
    pool.insert(0, "heron")
    learner = Learner()
    for rank, value in enumerate(pool, start=1):
        learner.observe("GET", f"/alerts/zone/{value}", 200, count=int(1_200 / rank**1.1))
    learner.learn()
    assert learner.templates() == [("GET", "/alerts/zone/{zone}")]


def test_it_is_time_to_learn_again_when_there_is_much_more_of_what_is_known():
    learner = learned(*(("GET", f"/users/{number}") for number in range(100)))
    learner.observe("GET", "/users/7", 200, count=10)
    assert not learner.due
    kept = Learner.from_bytes(learner.to_bytes())
    for each in (learner, kept):
        each.observe("GET", "/users/7", 200)
        assert each.due


def test_what_has_the_same_row_of_identifiers_below_it_is_a_value():
    dice = random.Random(12)
    learner = Learner()
    for layer, times in (("soil_moist", 90), ("sea_ice", 50), ("dew_point", 40), ("ash_cloud", 20)):
        for _ in range(times):
            z, x, y = (dice.randrange(1, 10**4) for _ in range(3))
            learner.observe("GET", f"/tiles/{layer}/{z}/{x}/{y}.png", 200)
    learner.learn()
    assert [template.count("{") for _, template in learner.templates()] == [4]


def test_a_value_of_two_kinds_is_a_value():
    learner = Learner()
    files, folders = [f"{name}-x" for name in FIRST], [f"{name}-y" for name in SECOND]
    for name in (*files, "otter"):
        for method, times in (("GET", 12), ("PUT", 7), ("DELETE", 3)):
            learner.observe(method, f"/drive/{name}", 200, count=times)
    for name in (*folders, "otter"):
        for number in range(20):
            learner.observe("GET", f"/drive/{name}/{number}", 200)
            learner.observe("PUT", f"/drive/{name}/{number}", 200)
    learner.learn()
    assert learner.template_of("GET", "/drive/otter") == "/drive/{drive}"


def test_values_with_numbers_of_any_height_are_not_counted_up():
    learner = Learner()
    for size in ("w92", "w154", "w342", "w500"):
        for number in range(40):
            learner.observe("GET", f"/thumbs/{size}/{number}/{number}.jpg", 200)
    learner.learn()
    assert [template.count("{") for _, template in learner.templates()] == [3]


def test_what_has_the_same_identifiers_below_it_is_a_value_and_what_has_its_own_is_a_noun():
    dice = random.Random(29)
    files = [f"{dice.getrandbits(96):024x}" for _ in range(60)]
    kinds = ["oboe", "viola", "harp", "cello"]
    shared = [("GET", f"/scores/{kind}/{dice.choice(files)}") for kind in kinds for _ in range(90)]
    own = [
        ("GET", f"/parts/{kind}/{dice.getrandbits(96):024x}") for kind in kinds for _ in range(90)
    ]
    learner = learned(*shared, *own)
    assert learner.template_of("GET", f"/scores/viola/{files[0]}") == "/scores/{score}/{id}"
    assert learner.template_of("GET", f"/parts/viola/{files[0]}") == "/parts/viola/{viola_id}"


def test_three_values_that_are_asked_for_often_are_values_still():
    dice = random.Random(31)
    themes = ("misty274", "lynx-heron", "otter-gecko356")
    learner = learned(*(("GET", f"/looks/{dice.choice(themes)}") for _ in range(4500)))
    assert learner.template_of("GET", "/looks/lynx-heron") == "/looks/{look}"


def test_a_frequent_literal_beside_many_rare_values_stays():
    dice = random.Random(37)
    slugs = [slug(dice) for _ in range(60)] + [f"{slug(dice)}-{n}" for n in range(400)]
    shares = [1 / (rank + 1) for rank in range(len(slugs))]
    requests = [("GET", f"/pages/{one}") for one in dice.choices(slugs, shares, k=1400)]
    requests += [("GET", "/pages/members")] * 4600 + [("GET", "/pages/settings")] * 700
    learner = learned(*requests)
    assert learner.template_of("GET", "/pages/members") == "/pages/members"
    assert learner.template_of("GET", "/pages/settings") == "/pages/settings"
    assert learner.template_of("GET", f"/pages/{slugs[0]}") == "/pages/{page}"


def test_reserved_words_are_marked_as_such():
    requests = []
    for name in NAMES:
        for word in ("_limits", "_shape"):
            requests += [("GET", f"/{name}/{word}"), ("PUT", f"/{name}/{word}")]
        requests += [("POST", f"/{name}/doc")]
    learner = learned(*requests)
    assert learner.template_of("PUT", "/ada/_limits").endswith("/_limits")
    assert learner.template_of("PUT", "/ada/_shape").endswith("/_shape")
