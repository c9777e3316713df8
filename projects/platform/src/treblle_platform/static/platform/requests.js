// The live list: what comes in goes on top; paused, it waits.
import { LiveConnection, showState } from "./live.js";
import { MAX_ROWS, Rows } from "./rows.js";
import "./times.js";

// At most so often are rows put in, so that a storm of requests leaves the page its frames.
const FLUSH_EVERY_MS = 50;
// How often the number is read out to those who listen to the page.
const COUNT_EVERY_MS = 1000;

const $ = (id) => document.getElementById(id);

class LiveList {
  constructor(table) {
    this.rows = new Rows($("requests"), $("row"));
    this.waiting = new Map();
    this.held = 0;
    this.seen = 0;
    this.paused = false;
    this.timer = null;
    this.flushedAt = 0;
    $("pause").hidden = false;
    $("pause").addEventListener("click", () => this.togglePause());
    setInterval(() => this.tellCount(), COUNT_EVERY_MS);
    this.connection = new LiveConnection({
      project: table.dataset.project,
      since: table.dataset.since,
      filter: table.dataset.query,
      more: "more" in table.dataset,
      onRequests: (message) => this.take(message),
      onState: (state) => showState($("live-state"), state),
    });
  }

  take({ requests, complete = true }) {
    if (!complete) $("gap").hidden = false;
    for (const request of requests) {
      if (this.waiting.has(request.uuid) || this.rows.has(request.uuid)) continue;
      this.waiting.set(request.uuid, request);
      this.held += 1;
      // Only the newest fit on the page anyway.
      if (this.waiting.size > MAX_ROWS) this.waiting.delete(this.waiting.keys().next().value);
    }
    if (this.paused) return this.tellPause();
    const wait = Math.max(0, this.flushedAt + FLUSH_EVERY_MS - performance.now());
    this.timer ??= setTimeout(() => this.flush(), wait);
  }

  flush() {
    this.timer = null;
    if (this.paused) return;
    this.flushedAt = performance.now();
    this.rows.add([...this.waiting.values()]);
    this.waiting.clear();
    this.seen += this.held;
    this.held = 0;
    this.showList();
  }

  showList() {
    const last = $("requests").lastElementChild;
    $("list").hidden = !last;
    $("empty").hidden = Boolean(last);
    if ($("requests").rows.length < MAX_ROWS) return;
    // Rows at the end may have gone: older ones begin after the last that is left.
    $("older").hidden = false;
    const query = new URLSearchParams(location.search);
    query.set("cursor", cursorOf(last.dataset));
    $("older").search = query;
  }

  togglePause() {
    this.paused = !this.paused;
    if (!this.paused) this.flush();
    this.tellPause();
  }

  tellPause() {
    const held = this.held ? ` (${this.held} new)` : "";
    $("pause").setAttribute("aria-pressed", String(this.paused));
    $("pause").textContent = this.paused ? `Resume${held}` : "Pause";
  }

  tellCount() {
    const text = this.seen ? `${this.seen.toLocaleString("en-US")} new since you opened this page` : "";
    if ($("counter").textContent !== text) $("counter").textContent = text;
  }
}

// The place of a row, as the server writes it.
function cursorOf({ receivedAt, requestUuid }) {
  const fraction = receivedAt.match(/\.(\d{6})/)?.[1] ?? "000000";
  const micros = Math.floor(Date.parse(receivedAt) / 1000) * 1e6 + Number(fraction);
  const place = JSON.stringify([null, micros, requestUuid.replaceAll("-", ""), 0]);
  return btoa(place).replaceAll("=", "").replaceAll("+", "-").replaceAll("/", "_");
}

// Fields that are not filled in stay out of the address.
$("filters").addEventListener("formdata", ({ formData }) => {
  for (const [name, value] of [...formData]) if (!value) formData.delete(name);
});

const table = document.querySelector("table[data-project]");
if (table) new LiveList(table);
