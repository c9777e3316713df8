// The websocket of a project: stays open, comes back by itself, misses nothing. With `filter`
// (a query of the request list) only what matches comes; with `more` each row has all columns.
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 15_000;
const PING_EVERY_MS = 20_000;
const ANSWER_WITHIN_MS = 8_000;

export class LiveConnection {
  // `onRequests(message)` gets each live message; `onState(state)` one of connecting, connected,
  // waiting (the connection is lost) and ended (the visitor may no longer look).
  constructor({ project, since, filter = "", more = false, onRequests, onState }) {
    this.project = project;
    this.since = since;
    this.filter = filter;
    this.more = more;
    this.onRequests = onRequests;
    this.onState = onState;
    this.failures = 0;
    addEventListener("online", () => this.retryNow());
    this.open();
  }

  open() {
    this.onState("connecting");
    this.wasReady = false;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const query = new URLSearchParams({ since: this.since });
    if (this.filter) query.set("filter", this.filter);
    if (this.more) query.set("more", "1");
    const path = `/ws/projects/${this.project}/live/?${query}`;
    this.socket = new WebSocket(`${scheme}://${location.host}${path}`);
    this.socket.onmessage = (event) => this.take(JSON.parse(event.data));
    this.socket.onclose = () => this.lost();
  }

  take(message) {
    clearTimeout(this.silence);
    if (message.type === "ready") this.ready();
    if (message.type !== "requests") return;
    for (const request of message.requests) {
      // The next connection asks from the last thing seen; the server looks back a little further.
      if (request.loaded_at > this.since) this.since = request.loaded_at;
    }
    this.onRequests(message);
  }

  ready() {
    this.wasReady = true;
    this.failures = 0;
    this.pings = setInterval(() => this.ping(), PING_EVERY_MS);
    this.onState("connected");
  }

  // A connection that died without a word (a laptop that slept) is found out this way.
  ping() {
    this.socket.send("ping");
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.drop(), ANSWER_WITHIN_MS);
  }

  drop() {
    this.socket.onclose = null;
    this.socket.close();
    this.lost();
  }

  async lost() {
    clearInterval(this.pings);
    clearTimeout(this.silence);
    if (!this.wasReady && (await this.mayNoLongerLook())) return this.onState("ended");
    this.onState("waiting");
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures++);
    this.retry = setTimeout(() => this.open(), wait * (0.5 + Math.random() / 2));
  }

  retryNow() {
    if (this.socket.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.retry);
    this.open();
  }

  // Browsers do not tell why a websocket was refused; the page itself says.
  async mayNoLongerLook() {
    try {
      const answer = await fetch(location.href, { method: "HEAD", redirect: "manual" });
      return answer.type === "opaqueredirect" || answer.status === 404 || answer.status === 403;
    } catch {
      return false;
    }
  }
}

const WORDS = {
  connecting: "Connecting…", connected: "Live", waiting: "Connection lost, trying again…",
  ended: "Ended: reload to log in",
};

export function showState(element, state) {
  document.body.dataset.live = state;
  element.dataset.state = state;
  element.querySelector("[data-text]").textContent = WORDS[state];
}
