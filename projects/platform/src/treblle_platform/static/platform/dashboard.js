// Refreshes the numbers when requests come in, and every minute so that time moves on.
import { drawCharts } from "./charts.js";
import { LiveConnection, showState } from "./live.js";
import { showTimes } from "./times.js";

const REFRESH_AT_MOST_EVERY_MS = 2_000;
const REFRESH_AT_LEAST_EVERY_MS = 60_000;

const figures = document.getElementById("figures");
const stale = document.getElementById("stale");
let last = performance.now();
let timer = null;

function refresh() {
  timer = null;
  last = performance.now();
  // The first request of a new project: the page itself becomes another one.
  if ("reload" in figures.dataset) return location.reload();
  htmx.trigger(figures, "refresh");
}

function refreshSoon() {
  timer ??= setTimeout(refresh, Math.max(0, last + REFRESH_AT_MOST_EVERY_MS - performance.now()));
}

function failed() {
  stale.hidden = false;
}

// A login page instead of numbers: the session has ended.
document.addEventListener("htmx:before:response", (event) => {
  if (!event.detail.ctx.response.raw.redirected) return;
  event.preventDefault();
  location.reload();
});
document.addEventListener("htmx:after:swap", () => {
  stale.hidden = true;
  drawCharts(figures);
  showTimes(figures);
});
document.addEventListener("htmx:response:error", failed);
document.addEventListener("htmx:error", failed);

drawCharts(figures);
setInterval(() => { if (!document.hidden) refreshSoon(); }, REFRESH_AT_LEAST_EVERY_MS);
new LiveConnection({
  project: figures.dataset.project,
  since: figures.dataset.since,
  onRequests: ({ requests }) => { if (requests.length) refreshSoon(); },
  onState: (state) => showState(document.getElementById("live-state"), state),
});
