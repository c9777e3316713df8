// Traffic and load time over time, by uPlot. Colours are the page's own, in both themes.
import { count, milliseconds, NOTHING } from "./figures.js";
import { timeZone } from "./times.js";

const HEIGHT_PX = 220;
const BRUSH_AT_LEAST_PX = 6;
const SHORT_PX = 150;
const FONT = "12px system-ui, sans-serif";
const DRAWN = new Map();

const probe = document.createElement("i");
probe.hidden = true;
document.body.append(probe);

// The value of a custom property as the theme has it now; a canvas cannot read variables.
function colour(name, opacity = 100) {
  probe.style.color = `color-mix(in srgb, var(--${name}) ${opacity}%, transparent)`;
  return getComputedStyle(probe).color;
}

export const axis = (values) => ({
  stroke: () => colour("muted"), font: FONT, values, size: 58,
  grid: { stroke: () => colour("line"), width: 1 }, ticks: { show: false },
});
const DAY_S = 24 * 60 * 60;
// Hours are the visitor's; days are counted in UTC, so a chart of days is in UTC.
const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const day = { month: "short", day: "numeric" };
const formats = new Map();

function text(options, zone, at) {
  const key = `${zone} ${Object.keys(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(undefined, { ...options, timeZone: zone }));
  return formats.get(key).format(at * 1000);
}

function isOfDays({ at }) {
  return at.length > 1 && at[1] - at[0] >= DAY_S;
}

function zoneOf(series) {
  return isOfDays(series) ? "UTC" : timeZone;
}

function timeLabels(plot, ticks, __, ___, step) {
  const zone = zoneOf(plot.all);
  return ticks.map((tick) => {
    const hour = text(clock, zone, tick);
    return step >= DAY_S || hour === "00:00" ? text(day, zone, tick) : hour;
  });
}

function momentOf(plot, at) {
  return text(isOfDays(plot.all) ? day : { ...day, ...clock }, zoneOf(plot.all), at);
}

const timeAxis = {
  stroke: () => colour("muted"), font: FONT, grid: { show: false }, ticks: { show: false },
  space: 64, size: 30, values: timeLabels,
};

// A value with nothing before and after it has no line to lie on: it shows as a point.
function alone(plot, series) {
  const values = plot.data[series];
  return values.flatMap((y, i) => (y != null && values[i - 1] == null && values[i + 1] == null ? [i] : []));
}

export function line(label, name) {
  return {
    label, stroke: () => colour(name), width: 1.75, spanGaps: false,
    points: { show: true, size: 6, fill: () => colour(name), filter: alone },
    value: (_, value) => milliseconds(value),
  };
}

// The period before, laid over this one.
function ghost(label) {
  return { ...line(label, "muted"), width: 1, dash: [4, 4], points: { show: false } };
}

// Drawn on top of each other: all, then errors, then server errors; the legend tells each alone.
export function bars(label, name, own) {
  return {
    label, stroke: () => colour(name), fill: () => colour(name), width: 0, points: { show: false },
    paths: uPlot.paths.bars({ size: [0.75, 40], radius: 0.15 }),
    value: (plot, _, __, index) => count(own(plot.all)[index]),
  };
}

export const sum = (a, b) => a.map((value, index) => value + b[index]);

// By the name a plot has in `data-chart`; pages add their own.
export const KINDS = {
  traffic: {
    data: (s) => [s.at, s.requests, sum(s.client_errors, s.server_errors), s.server_errors, s.before],
    series: () => [
      bars("Requests", "accent-fill", (s) => s.requests),
      bars("Client errors", "warn", (s) => s.client_errors),
      bars("Server errors", "bad", (s) => s.server_errors),
      { ...ghost("Before"), value: (_, value) => (value == null ? NOTHING : count(value)) },
    ],
    axis: () => axis((_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? count(tick) : ""))),
  },
  latency: {
    data: (s) => [s.at, s.p50, s.p95, s.p99, s.p95_before],
    isLines: true,
    series: () => [line("p50", "good"), line("p95", "accent"), line("p99", "violet"), ghost("p95 before")],
    axis: () => axis((_, ticks) => ticks.map((tick) => milliseconds(tick))),
  },
};

function heightOf(place) {
  return place.classList.contains("short") ? SHORT_PX : HEIGHT_PX;
}

// An empty `data-brush`: the page has one range, and leads nowhere else.
function mayBrush(place) {
  return place.closest("[data-brush]")?.dataset.brush !== "";
}

// Nobody points at the chart: the legend names its lines and says no values.
function quietWhenIdle(series) {
  return { ...series, value: (plot, value, at, index) => (index == null ? "" : series.value(plot, value, at, index)) };
}

function make(place, kind, series) {
  const plot = new uPlot({
    width: place.clientWidth, height: heightOf(place),
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zoneOf(series) ?? Intl.DateTimeFormat().resolvedOptions().timeZone),
    // Half a slot of room at both ends, so that the first and the last bar are whole.
    scales: {
      x: { range: (plot, from, to) => [from - halfSlot(plot), to + halfSlot(plot)] },
      y: { range: (_, __, most) => [0, kind.most ?? (most || 1) * 1.08] },
    },
    axes: [timeAxis, kind.axis()],
    series: [{ label: "Time", value: (plot, at) => (at ? momentOf(plot, at) : "") }, ...kind.series().map(quietWhenIdle)],
    cursor: { y: false, drag: { x: mayBrush(place), y: false, setScale: false }, points: { show: Boolean(kind.isLines) } },
    legend: { live: true },
    hooks: { setSelect: [(plot) => brushed(plot, series)] },
  }, null, place);
  plot.all = series;
  plot.setData(kind.data(series));
  new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: heightOf(place) })).observe(place);
  return plot;
}

// What was drawn over becomes the range of the page, or of the page that `data-brush` names.
function brushed(plot, { at }) {
  if (plot.select.width < BRUSH_AT_LEAST_PX) return;
  const leads = plot.root.closest("[data-brush]")?.dataset.brush;
  const slot = at.length > 1 ? at[1] - at[0] : 60;
  const from = plot.posToVal(plot.select.left, "x");
  const to = plot.posToVal(plot.select.left + plot.select.width, "x");
  const url = new URL(leads ?? location.href, location.href);
  url.searchParams.delete("range");
  url.searchParams.set("from", new Date(from * 1000).toISOString());
  url.searchParams.set("to", new Date(Math.max(to, from + slot) * 1000).toISOString());
  location.assign(url);
}

function halfSlot({ data: [at] }) {
  return at && at.length > 1 ? (at[1] - at[0]) / 2 : 0;
}

export function drawCharts(root) {
  for (const place of root.querySelectorAll("[data-chart]")) {
    const kind = KINDS[place.dataset.chart];
    const series = JSON.parse(place.closest("[data-series]").dataset.series);
    const drawn = DRAWN.get(place);
    if (!drawn) {
      DRAWN.set(place, make(place, kind, series));
      continue;
    }
    drawn.all = series;
    drawn.setData(kind.data(series));
  }
}

document.addEventListener("theme:changed", () => {
  for (const plot of DRAWN.values()) plot.redraw();
});
