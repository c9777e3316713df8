// Keeps the framework that was picked, and turns the page when the first request is here.
import { LiveConnection } from "./live.js";
import { milliseconds } from "./figures.js";
import "./times.js";

const arrival = document.getElementById("arrival");

function turn({ requests }) {
  if (!requests.length || arrival.dataset.arrived === "yes") return;
  const [{ method, path, status, load_time_ms }] = requests;
  const what = document.createElement("span");
  what.className = "mono";
  what.textContent = `${method} ${path}`;
  arrival.querySelector("[data-first]").replaceChildren(
    what, `, answered with ${status} in ${milliseconds(load_time_ms)}.`);
  arrival.dataset.arrived = "yes";
}

if (arrival.dataset.arrived === "no") {
  new LiveConnection({
    project: arrival.dataset.project,
    since: arrival.dataset.since,
    onRequests: turn,
    onState: (state) => { document.body.dataset.live = state; },
  });
}

// The snippet shows by itself; this only remembers the choice, and nothing is lost where it fails.
const pick = document.getElementById("pick");
pick.addEventListener("change", () => {
  fetch(pick.action, { method: "POST", body: new FormData(pick), redirect: "manual", keepalive: true }).catch(() => {});
});
