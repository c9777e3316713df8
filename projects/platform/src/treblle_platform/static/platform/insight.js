// Pages of numbers that stand still: their charts and times. Each chart is a kind of `charts.js`.
import { KINDS, axis, bars, drawCharts, line, sum } from "./charts.js";
import { count } from "./figures.js";
import "./times.js";

const wholes = () => axis((_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? count(tick) : "")));

// Bars on top of each other: the first name lies lowest. `names` are [field, label, colour].
function stacked(names) {
  // Drawn from the whole down, so that each covers what is above it of the one before.
  const down = [...names].reverse();
  const upTo = (series, index) => names.slice(0, index + 1).map(([field]) => series[field]).reduce(sum);
  return {
    data: (series) => [series.at, ...down.map((_, i) => upTo(series, names.length - 1 - i))],
    series: () => down.map(([field, label, colour]) => bars(label, colour, (series) => series[field])),
    axis: wholes,
  };
}

const score = (label, colour) => ({
  ...line(label, colour), spanGaps: true,
  value: (_, value) => (value == null ? "–" : `${Math.round(value)} of 100`),
});

// These pages compare with no time before: the lines of it, which come last, are left out.
const alone = (kind, lines) => ({
  ...kind,
  data: (series) => kind.data(series).slice(0, lines + 1),
  series: () => kind.series().slice(0, lines),
});

Object.assign(KINDS, {
  traffic: alone(KINDS.traffic, 3),
  latency: alone(KINDS.latency, 3),
  occurrences: stacked([["occurrences", "Times", "bad"]]),
  outcomes: stacked([["failed", "Failed", "bad"], ["passed", "Passed", "good"]]),
  threats: stacked([["high", "High", "bad"], ["medium", "Medium", "warn"], ["low", "Low", "calm"]]),
  agents: stacked([
    ["person", "People", "accent-fill"], ["ai", "AI agents", "violet"], ["bot", "Bots", "warn"],
    ["unknown", "Unknown", "line-strong"],
  ]),
  scores: {
    data: (s) => [s.at, s.run_time, s.design_time],
    series: () => [score("Traffic", "accent"), score("Document", "good")],
    axis: () => axis((_, ticks) => ticks.map((tick) => (tick <= 100 ? String(tick) : ""))),
    most: 100, isLines: true,
  },
});

drawCharts(document);
