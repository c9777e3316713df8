// <treblle-requests embed="…" token="…">: the live requests of one API customer, in any page.
// Needs nothing else. `src` is where the platform is, by default where this file came from.
const HOME = new URL(import.meta.url).origin;
const MAX_ROWS = 100;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const PING_EVERY_MS = 25_000;
const REFUSED = new Set([4401, 4403, 4404]);

const STYLE = `
  :host { display: block; color-scheme: light dark; font: 14px/1.5 system-ui, sans-serif;
    color: var(--treblle-ink, light-dark(#1a1b22, #ececf1)); }
  .frame { border: 1px solid var(--treblle-line, light-dark(#e3e3ea, #2a2c36)); border-radius: 8px; overflow: hidden;
    background: var(--treblle-paper, light-dark(#fff, #18191f)); }
  header { display: flex; align-items: center; gap: 8px; padding: 9px 14px; font-size: 13px; }
  .dot { width: 8px; height: 8px; border-radius: 50%; background: #8b8d9b; }
  [data-state="live"] .dot { background: light-dark(#0f7a4d, #5fd39c); }
  .scroll { max-height: var(--treblle-height, 420px); overflow: auto; }
  table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { padding: 6px 14px; border-top: 1px solid var(--treblle-line, light-dark(#e3e3ea, #2a2c36)); text-align: left; white-space: nowrap; }
  th { position: sticky; top: 0; background: var(--treblle-paper, light-dark(#fff, #18191f)); font-size: 12px; font-weight: 500; }
  th, .soft, p { color: var(--treblle-muted, light-dark(#5b5d6b, #a0a3b3)); }
  .path { width: 99%; max-width: 0; overflow: hidden; text-overflow: ellipsis; font: 12.5px ui-monospace, monospace; }
  .n { text-align: right; }
  .status { padding: 0 6px; border-radius: 4px; font: 600 12px/1.6 ui-monospace, monospace; background: light-dark(#f1f1f5, #20222a); }
  .s2 { background: light-dark(#e3f5ec, #12332a); color: light-dark(#0f7a4d, #5fd39c); }
  .s3 { background: light-dark(#e6effc, #172c4b); color: light-dark(#1d63c4, #82b4ff); }
  .s4 { background: light-dark(#fdf0dc, #3b2a10); color: light-dark(#955400, #f2b45c); }
  .s5 { background: light-dark(#fde8ea, #44191f); color: light-dark(#c02637, #ff8d95); }
  p { margin: 0; padding: 22px 14px; text-align: center; border-top: 1px solid var(--treblle-line, light-dark(#e3e3ea, #2a2c36)); }
  [hidden] { display: none; }
  @media (max-width: 520px) { .late { display: none; } th, td { padding: 6px 9px; } }
`;
// A style sheet object, not an element: pages with a strict policy allow it.
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

const BODY = `<div class="frame" part="frame"><header><span class="dot" aria-hidden="true"></span><span role="status" data-said>Connecting…</span></header>
  <div class="scroll" tabindex="0" role="region" aria-label="Requests" hidden><table><thead><tr><th scope="col">Time</th><th scope="col">Method</th><th scope="col">Status</th><th scope="col">Path</th><th scope="col" class="n late">Load time</th></tr></thead><tbody></tbody></table></div>
  <p hidden>No requests yet. They show here the moment they come.</p></div>`;

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const clock = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

// The day only where it is not today: a portal has little room.
function shownTime(text) {
  const moment = new Date(text);
  return (moment.toDateString() === new Date().toDateString() ? time : clock).format(moment);
}

function cell(text, name = "") {
  const made = document.createElement("td");
  made.className = name;
  made.textContent = text;
  return made;
}

class TreblleRequests extends HTMLElement {
  static observedAttributes = ["token", "embed"];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = BODY;
    this.shown = new Map();
    this.failures = 0;
  }

  connectedCallback() { this.begin(); }

  disconnectedCallback() { this.end(); }

  attributeChangedCallback(name, before, after) {
    if (this.isConnected && before !== null && before !== after) this.begin();
  }

  get home() { return this.getAttribute("src") || HOME; }

  async begin() {
    this.end();
    const turn = (this.turn = Symbol("turn"));
    const token = this.getAttribute("token");
    if (!token || !this.getAttribute("embed")) return this.say("off", "A token and an embed are wanted.");
    let answer;
    try {
      const address = `${this.home}/embed/${this.getAttribute("embed")}/requests/`;
      answer = await fetch(address, { headers: { Authorization: `Bearer ${token}` }, credentials: "omit" });
    } catch {
      if (turn === this.turn) this.later();
      return;
    }
    const found = await answer.json().catch(() => ({}));
    if (turn !== this.turn) return;
    if (answer.status === 401) return this.refuse(found.error);
    if (answer.status === 404) return this.say("off", "This embed is not there any more.");
    if (!answer.ok) return this.later();
    this.take(found.requests);
    this.listen(token);
  }

  end() {
    this.turn = null;
    clearTimeout(this.retry);
    clearInterval(this.pings);
    if (!this.socket) return;
    this.socket.onclose = null;
    this.socket.close();
    this.socket = null;
  }

  listen(token) {
    const socket = (this.socket = new WebSocket(`${this.home.replace(/^http/, "ws")}/ws/embed/${this.getAttribute("embed")}/`));
    socket.onopen = () => socket.send(JSON.stringify({ token, since: this.since }));
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === "ready") this.ready(socket);
      if (message.type === "requests") this.take(message.requests);
      if (message.type === "refused") this.reason = message.reason;
    };
    socket.onclose = ({ code }) => {
      clearInterval(this.pings);
      if (REFUSED.has(code)) this.refuse(this.reason);
      else this.later();
    };
  }

  ready(socket) {
    this.failures = 0;
    this.say("live", "Live");
    this.pings = setInterval(() => socket.send("ping"), PING_EVERY_MS);
  }

  later() {
    this.say("waiting", "Connection lost, trying again…");
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures++);
    this.retry = setTimeout(() => this.begin(), wait * (0.5 + Math.random() / 2));
  }

  refuse(reason = "The token has expired.") {
    this.say("off", "Not live any more: reload the page.");
    this.dispatchEvent(new CustomEvent("treblle-token-expired", { bubbles: true, composed: true, detail: { reason } }));
  }

  take(requests) {
    const body = this.shadowRoot.querySelector("tbody");
    for (const request of requests) {
      if (!this.since || request.loaded_at > this.since) this.since = request.loaded_at;
      if (this.shown.has(request.uuid)) continue;
      const row = this.row(request);
      const after = [...body.rows].find((other) => other.dataset.at < request.received_at);
      body.insertBefore(row, after ?? null);
      this.shown.set(request.uuid, row);
    }
    while (body.rows.length > MAX_ROWS) {
      const last = body.rows[body.rows.length - 1];
      this.shown.delete(last.dataset.uuid);
      last.remove();
    }
    this.shadowRoot.querySelector(".scroll").hidden = !body.rows.length;
    this.shadowRoot.querySelector("p").hidden = Boolean(body.rows.length);
  }

  row(request) {
    const row = document.createElement("tr");
    row.dataset.at = request.received_at;
    row.dataset.uuid = request.uuid;
    const status = document.createElement("span");
    status.className = `status s${Math.floor(request.status / 100)}`;
    status.textContent = request.status;
    const held = cell("");
    held.append(status);
    const path = cell(request.path, "path");
    path.title = request.path;
    const taken = request.load_time_ms == null ? "–" : `${Number(request.load_time_ms.toFixed(1))} ms`;
    row.append(cell(shownTime(request.received_at), "soft"), cell(request.method), held, path, cell(taken, "n soft late"));
    return row;
  }

  say(state, text) {
    this.dataset.state = state;
    const header = this.shadowRoot.querySelector("header");
    header.dataset.state = state;
    header.querySelector("[data-said]").textContent = text;
  }
}

if (!customElements.get("treblle-requests")) customElements.define("treblle-requests", TreblleRequests);
