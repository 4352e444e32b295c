// Pool Health: all pools at a glance, live.

import { get } from "./api.js";
import { button, h, text } from "./dom.js";
import { count, words } from "./format.js";
import { allPools, live, poolOf } from "./live.js";
import { badge, figures, head, pager, searchBox, setBadge } from "./parts.js";
import { go } from "./router.js";

const PAGE = 24;

const TOTALS = [["pools", "Total Pools"], ["healthy", "Healthy"], ["degraded", "Degraded"], ["unhealthy", "Unhealthy"], ["sessions", "Total Sessions"], ["active", "Active Sessions"]];
const OF_POOL = [["score", "Health Score"], ["total", "Total"], ["active", "Active"], ["available", "Available"], ["waiting", "Waiting"], ["breaker", "Breaker"]];

export async function showPoolHealth(root, signal) {
  const search = searchBox("Search pools", refresh);
  const banner = bannerOf();
  const grid = h("ul", { class: "cards", "aria-label": "Pools" });
  const none = h("section", { class: "card empty", hidden: true },
    h("h2", {}, "No pool is running"),
    h("p", {}, "Switch one on: Servers, then 🔄 Pool Config of a server, then Enable Session Pooling."),
    h("p", {}, h("a", { href: "#/servers" }, "Go to Servers")));
  const cards = new Map();
  const pages = pager(PAGE, (page) => {
    for (const stats of page) {
      cards.get(stats.server_id) ?? cards.set(stats.server_id, cardOf(stats.server_id));
      cards.get(stats.server_id).set(stats);
    }
    place(grid, page.map((stats) => cards.get(stats.server_id).node));
  });
  root.append(head("Pool Health", signal, search), banner.node, none, grid, pages.node);

  function refresh() {
    const pools = allPools().sort((a, b) => a.health_score - b.health_score || a.server_name.localeCompare(b.server_name));
    const wanted = search.value.trim().toLowerCase();
    banner.set(pools);
    none.hidden = pools.length > 0;
    pages.set(pools.filter((stats) => stats.server_name.toLowerCase().includes(wanted)));
  }

  live.addEventListener("stats", refresh, { signal });
  if (allPools().length === 0) {
    // The stream's first second has not come yet.
    banner.health(await get("/servers/pools/health"));
  } else {
    refresh();
  }
}

// Moves only what is out of place, so that the focus stays on a card while the numbers change.
function place(list, nodes) {
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) {
      list.insertBefore(node, list.children[index] ?? null);
    }
  });
  while (list.children.length > nodes.length) {
    list.lastChild.remove();
  }
}

function bannerOf() {
  const score = h("b", { class: "score" });
  const word = badge("");
  const totals = figures(TOTALS);
  const node = h("section", { class: "card banner", "aria-label": "Overall health" },
    h("div", { class: "overall" }, score, h("div", {}, h("span", { class: "quiet small" }, "Overall health score"), word)), totals.node);
  const health = (all) => {
    text(score, all.overall_health_score);
    setBadge(word, level(all.overall_health_score));
    node.dataset.state = level(all.overall_health_score);
    totals.set({
      pools: count(all.total_pools), healthy: count(all.healthy_pools), degraded: count(all.degraded_pools),
      unhealthy: count(all.unhealthy_pools), sessions: count(all.total_sessions), active: count(all.active_sessions),
    });
  };
  // The same sums as GET /servers/pools/health.
  const set = (pools) => health({
    overall_health_score: pools.length === 0 ? 100 : Math.floor(sum(pools, "health_score") / pools.length),
    total_pools: pools.length,
    healthy_pools: pools.filter((pool) => level(pool.health_score) === "healthy").length,
    degraded_pools: pools.filter((pool) => level(pool.health_score) === "degraded").length,
    unhealthy_pools: pools.filter((pool) => level(pool.health_score) === "unhealthy").length,
    total_sessions: sum(pools, "total_sessions"),
    active_sessions: sum(pools, "active_sessions"),
  });
  return { node, set, health };
}

function sum(pools, name) {
  return pools.reduce((total, pool) => total + pool[name], 0);
}

function level(score) {
  return score >= 90 ? "healthy" : score >= 70 ? "degraded" : "unhealthy";
}

function cardOf(id) {
  const name = h("h2", { dir: "auto" });
  const status = badge("");
  const strategy = h("span", { class: "quiet small" });
  const values = figures(OF_POOL);
  const details = button("View Details", () => go(`#/pools/${encodeURIComponent(id)}`));
  const node = h("li", { class: "card pool", "data-server": id }, h("div", { class: "pool-head" }, name, status), strategy, values.node, h("div", { class: "end" }, details));
  const set = (stats) => {
    text(name, stats.server_name);
    details.setAttribute("aria-label", `View Details of ${stats.server_name}`);
    setBadge(status, stats.status === "active" ? stats.health : stats.status);
    text(strategy, words(stats.strategy));
    values.set({
      score: stats.health_score, total: count(stats.total_sessions), active: count(stats.active_sessions),
      available: count(stats.available_sessions), waiting: count(stats.waiting), breaker: words(poolOf(id)?.stats.circuit),
    });
  };
  return { node, set };
}
