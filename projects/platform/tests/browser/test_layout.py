"""What stands beside and under each other, on screens of several widths."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from treblle_models.histogram import Histogram
from treblle_models.models import DimensionHour, Endpoint, EndpointHour

# In the page: how many of what is selected stand in each row, from the top.
IN_ROWS = """(all) => {
  const rows = new Map();
  for (const each of all) {
    const top = Math.round(each.getBoundingClientRect().top);
    rows.set(top, (rows.get(top) ?? 0) + 1);
  }
  return [...rows.values()];
}"""
TOO_LONG = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth).length"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [390, 820, 1280, 1440])
def test_figures_stand_in_rows_of_one_length(
    logged_in, platform_url, project, insight_pages, width
):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    DimensionHour.objects.create(
        project=project, dimension="agent_kind", value="ai", bucket=hour, requests=9,
        load_times=Histogram([12.0]).to_bytes(),
    )  # fmt: skip
    page = logged_in
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("endpoint", "customer", "security", "agents"):
        page.goto(f"{platform_url}{insight_pages[name]}")
        rows = page.locator(".tiles > .tile").evaluate_all(IN_ROWS)
        # On phones an odd last one takes a row of its own, from edge to edge.
        whole = rows[:-1] if width == 390 and sum(rows) % 2 else rows
        assert len(set(whole)) == 1, (name, rows)
        assert width > 390 or whole[0] == 2, (name, rows)
        assert page.locator(".tile dd").evaluate_all(TOO_LONG) == 0, name


@pytest.mark.parametrize("path", ["requests/", "requests/{request}/"])
def test_on_a_phone_what_can_be_done_with_a_page_stands_in_one_row(
    logged_in, platform_url, project, add_request, path
):
    page = logged_in
    page.set_viewport_size({"width": 390, "height": 844})
    path = path.format(request=add_request().uuid)
    page.goto(f"{platform_url}/projects/{project.uuid}/{path}")
    acts = page.locator(".head .end").locator("button:visible, a.button:visible")
    expect(acts).to_have_count(4)
    assert acts.evaluate_all(IN_ROWS) == [4]


def test_methods_of_every_length_leave_paths_in_one_line(
    logged_in, platform_url, project, insight_pages, book
):
    for method in ("DELETE", "OPTIONS"):
        Endpoint.objects.create(
            project=project,
            method=method,
            template=book.template,
            template_digest=book.template_digest,
            source=book.source,
            first_seen_at=book.first_seen_at,
        )
    page = logged_in
    page.goto(f"{platform_url}{insight_pages['endpoints']}")
    names = page.locator("tbody .endpoint-name")
    expect(names).to_have_count(3)
    lefts = names.evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().left)")
    assert len(set(lefts)) == 1, lefts


def test_a_legend_says_values_only_of_the_time_that_is_pointed_at(
    logged_in, platform_url, project, insight_pages, book
):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    EndpointHour.objects.create(
        project=project, endpoint=book, bucket=hour, requests=9, load_times=Histogram([12.0]).to_bytes()
    )  # fmt: skip
    page = logged_in
    page.goto(f"{platform_url}{insight_pages['endpoint']}?range=24h")
    plot = page.locator(".plot").first
    values = plot.locator(".u-series:not(:first-child) .u-value")
    expect(values).to_have_text(["", "", ""])
    box = plot.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    expect(values).to_have_text(["9", "0", "0"])
