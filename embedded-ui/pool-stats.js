// 📊 Pool Statistics: one pool, live, and everything an operator can do with it.

import { get, serverPath } from "./api.js";
import { curlButton } from "./curl.js";
import { openDialog } from "./dialog.js";
import { button, h } from "./dom.js";
import { count, ms, percent, words } from "./format.js";
import { learn, live, liveChip, poolOf } from "./live.js";
import { badge, figures, setBadge } from "./parts.js";
import { needs } from "./permissions.js";
import { poolButtons } from "./pool-actions.js";
import { openPoolConfig } from "./pools.js";
import { go } from "./router.js";

const SESSIONS = [["total", "Total"], ["active", "Active"], ["available", "Available"], ["bound", "Bound"], ["flight", "In flight"], ["waiting", "Waiting"], ["health", "Health Score"]];
const COUNTS = [["circuit", "Breaker"], ["acquisitions", "Acquisitions"], ["releases", "Releases"], ["timeouts", "Timeouts"], ["rejections", "Rejections"], ["cancellations", "Cancellations"], ["reuse", "Session reuse"]];

export async function openPoolStats(server) {
  const content = h("div", { class: "stats" });
  const path = serverPath(server.id, "/pool/stats");
  const opened = openDialog({ title: "📊 Pool Statistics", content, className: "wide" });
  content.append(h("p", { class: "quiet" }, "Loading …"));
  try {
    learn(await get(path));
    showPool();
  } catch (problem) {
    showRefusal(problem);
  }

  function showPool() {
    const panel = statsPanel(server, opened.signal);
    const [optimize, ...changes] = poolButtons(server);
    const buttons = h("div", { class: "buttons" }, [
      optimize,
      button("View Sessions", () => leave(`#/pools/${encodeURIComponent(server.id)}`)),
      button("Refresh", refresh),
      changes,
    ]);
    const link = h("a", { href: `#/pools/${encodeURIComponent(server.id)}`, onclick: opened.close }, "Open the pool's page");
    content.replaceChildren(panel.node, buttons, h("footer", {}, curlButton(() => ["GET", path]), h("span", { class: "gap" }), link));
    panel.set(poolOf(server.id).stats);
    const watching = new AbortController();
    opened.signal.addEventListener("abort", () => watching.abort());
    live.addEventListener("stats", () => poolOf(server.id) ?? refresh(), { signal: watching.signal });
    async function refresh() {
      try {
        const stats = await get(path);
        learn(stats);
        panel.set(stats);
      } catch (problem) {
        watching.abort();
        showRefusal(problem);
      }
    }
  }

  function showRefusal(problem) {
    content.replaceChildren(
      h("div", { role: "alert" }, h("p", { class: "lead" }, problem.message), h("p", { class: "quiet" }, problem.remedy)),
      h("footer", {}, curlButton(() => ["GET", path]), h("span", { class: "gap" }),
        needs("servers.write", button("Enable pooling", () => {
          opened.close();
          openPoolConfig(server);
        }, "primary"))));
  }

  function leave(hash) {
    opened.close();
    go(hash);
  }
}

// Also on the pool's page. Follows the stream until `signal` ends.
export function statsPanel(server, signal) {
  const status = badge("");
  const strategy = h("span", { class: "strategy" });
  const id = h("code", {});
  const open = figures(SESSIONS, "big");
  const counts = figures(COUNTS);
  const times = percentiles();
  const node = h("div", {},
    h("p", { class: "pool-line" }, h("b", { dir: "auto" }, server.name), status, strategy, liveChip(signal)),
    h("p", { class: "quiet small" }, "Pool ID ", id),
    open.node, counts.node, times.node);
  const set = (stats) => {
    setBadge(status, stats.status === "active" ? stats.health : stats.status);
    strategy.textContent = words(stats.strategy);
    id.textContent = stats.pool_id;
    open.set({
      total: count(stats.total_sessions), active: count(stats.active_sessions), available: count(stats.available_sessions),
      bound: count(stats.bound_sessions), flight: count(stats.in_flight), waiting: count(stats.waiting), health: stats.health_score,
    });
    counts.set({
      circuit: words(stats.circuit), acquisitions: count(stats.acquisitions), releases: count(stats.releases), timeouts: count(stats.timeouts),
      rejections: count(stats.rejections), cancellations: count(stats.cancellations), reuse: percent(stats.session_reuse_rate),
    });
    times.set(stats);
  };
  live.addEventListener("stats", () => {
    const held = poolOf(server.id);
    if (held) {
      set(held.stats);
    }
  }, { signal });
  return { node, set };
}

function percentiles() {
  const places = {};
  const line = (kind, label) => h("tr", {}, h("th", { scope: "row" }, label), ["p50", "p95", "p99"].map((p) => {
    places[kind + p] = h("td", { class: "number" });
    return places[kind + p];
  }));
  const node = h("table", { class: "percentiles" },
    h("thead", {}, h("tr", {}, h("td", {}), ["p50", "p95", "p99"].map((p) => h("th", { scope: "col", class: "number" }, p)))),
    h("tbody", {}, line("wait_ms", "Wait for a session"), line("use_ms", "Use of a session")));
  const set = (stats) => {
    for (const kind of ["wait_ms", "use_ms"]) {
      for (const p of ["p50", "p95", "p99"]) {
        places[kind + p].textContent = ms(stats[kind][p]);
      }
    }
  };
  return { node, set };
}
