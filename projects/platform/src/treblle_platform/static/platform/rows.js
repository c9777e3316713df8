// The list's rows: newest first, each once, never more than the page can carry.
import { bytes, client, milliseconds, place, statusClass } from "./figures.js";
import { showTime } from "./times.js";

// Cells that show a value as it is.
const PLAIN = ["customer", "environment", "host", "ip", "error", "trace", "threat"];
export const MAX_ROWS = 200;
// More at once are a flood, in which a highlight shows nothing and costs frames.
const HIGHLIGHT_AT_MOST = 4;
// A fade would have the browser paint sixty times a second for as long as requests come.
const HIGHLIGHT_FOR_MS = 1200;

export class Rows {
  constructor(body, template) {
    this.body = body;
    this.template = template.content.firstElementChild;
    this.nil = this.template.dataset.requestUuid;
    this.shown = new Set([...body.rows].map((row) => row.dataset.requestUuid));
  }

  has(uuid) {
    return this.shown.has(uuid);
  }

  // Puts in what is not there yet, and takes out the oldest beyond what fits: one layout for all.
  add(requests) {
    const fresh = requests.filter(({ uuid }) => !this.has(uuid));
    for (const request of fresh) {
      const row = this.render(request);
      if (fresh.length <= HIGHLIGHT_AT_MOST) highlight(row);
      this.put(row);
      this.shown.add(request.uuid);
    }
    while (this.shown.size > MAX_ROWS) {
      this.shown.delete(this.body.lastElementChild.dataset.requestUuid);
      this.body.lastElementChild.remove();
    }
  }

  put(row) {
    let after = this.body.firstElementChild;
    while (after && isNewer(after, row)) after = after.nextElementSibling;
    this.body.insertBefore(row, after);
  }

  render(request) {
    const row = this.template.cloneNode(true);
    const cell = (name) => row.querySelector(`.c-${name}`);
    row.dataset.requestUuid = request.uuid;
    row.dataset.receivedAt = request.received_at;

    const time = cell("time").firstElementChild;
    time.dateTime = request.received_at;
    showTime(time);

    const method = cell("method").firstElementChild;
    method.dataset.method = method.textContent = request.method;

    const status = cell("status").firstElementChild;
    status.className = `status ${statusClass(request.status)}`;
    status.textContent = request.status;

    const [path, endpoint] = cell("path").children;
    path.href = path.getAttribute("href").replace(this.nil, request.uuid);
    path.textContent = request.path;
    endpoint.textContent = request.endpoint === request.path ? "" : request.endpoint ?? "";

    // Columns that were not chosen have no cell.
    const fill = (name, text) => { const found = cell(name); if (found) found.textContent = text; };
    fill("time-taken", milliseconds(request.load_time_ms));
    fill("size", bytes(request.response_size_bytes));
    fill("place", place(request));
    fill("client", client(request));
    for (const name of PLAIN) fill(name, request[name] ?? "");
    return row;
  }
}

function highlight(row) {
  row.classList.add("fresh");
  setTimeout(() => row.classList.remove("fresh"), HIGHLIGHT_FOR_MS);
}

function isNewer(a, b) {
  const [left, right] = [a.dataset, b.dataset];
  if (left.receivedAt !== right.receivedAt) return left.receivedAt > right.receivedAt;
  return left.requestUuid > right.requestUuid;
}
