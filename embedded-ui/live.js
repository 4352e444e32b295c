// The one stream of live data. While it is cut the last numbers stay, and everything says since when they are old.

import { get } from "./api.js";
import { h, text } from "./dom.js";
import { timeOf } from "./format.js";

const STALE_MS = 3500; // stats come each second
const SILENT_MS = 10000; // a line that is half open says nothing for ever
const RETRY_MS = [500, 1000, 2000, 4000, 8000, 15000];
const CALLS_KEPT = 60; // a minute of sparkline

// Fires stats, pool, server, state, and reconnected: what happened meanwhile was not heard.
export const live = new EventTarget();

// server_id → { stats, calls }; calls are those of each of the last seconds.
const pools = new Map();

let source = null;
let attempt = 0;
let lastAt = 0;
let openedAt = 0;
let isWaiting = false; // to try again
let isCut = false;
let state = "connecting";

export function poolOf(serverId) {
  return pools.get(serverId);
}

export function allPools() {
  return [...pools.values()].map((pool) => pool.stats);
}

export function start() {
  setInterval(watch, 500);
  connect();

  // A browser opens six connections to a host; pages nobody looks at must not hold them.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      isCut = true;
      source.close();
    } else if (source.readyState === EventSource.CLOSED && !isWaiting) {
      connect();
    }
  });
}

// An answer to one's own question is as new as the stream's.
export function learn(stats) {
  const known = pools.get(stats.server_id);
  pools.set(stats.server_id, { stats, calls: known?.calls ?? [] });
}

export function liveChip(signal) {
  const chip = h("span", { class: "chip live-chip", role: "status" });
  const show = () => {
    chip.dataset.state = state;
    text(chip, state === "live" ? "● Live" : state === "stale" ? `◌ stale since ${timeOf(lastAt)}` : "◌ connecting …");
  };
  live.addEventListener("state", show, { signal });
  show();
  return chip;
}

function connect() {
  openedAt = Date.now();
  source = new EventSource("/events");
  source.addEventListener("stats", (event) => takeStats(JSON.parse(event.data)));
  source.addEventListener("pool", (event) => pass("pool", JSON.parse(event.data)));
  source.addEventListener("server", (event) => pass("server", JSON.parse(event.data)));
  source.addEventListener("error", reconnect);
}

async function reconnect() {
  source.close();
  isCut = true;
  if (isWaiting || document.hidden) {
    return;
  }
  isWaiting = true;
  const wait = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
  attempt += 1;
  watch();
  await new Promise((go) => setTimeout(go, wait * (0.75 + Math.random() / 2)));
  try {
    await get("/version"); // EventSource does not tell why it failed; this one asks to sign in on 401
  } catch {
    // Unreachable or not served: the stream is tried again all the same.
  }
  isWaiting = false;
  if (!document.hidden) {
    connect();
  }
}

function takeStats(all) {
  attempt = 0;
  const isNext = Date.now() - lastAt < 2500;
  lastAt = Date.now();
  const seen = new Set(all.map((stats) => stats.server_id));
  for (const id of pools.keys()) {
    if (!seen.has(id)) {
      pools.delete(id);
    }
  }
  for (const stats of all) {
    const known = pools.get(stats.server_id);
    const calls = known?.calls ?? [];
    if (known && isNext) {
      calls.push(Math.max(0, stats.acquisitions - known.stats.acquisitions));
      calls.splice(0, calls.length - CALLS_KEPT);
    }
    pools.set(stats.server_id, { stats, calls });
  }
  become("live");
  pass("stats", all);
  if (isCut) {
    isCut = false;
    live.dispatchEvent(new Event("reconnected"));
  }
}

function watch() {
  if (lastAt > 0 && Date.now() - lastAt > STALE_MS) {
    become("stale");
  }
  if (!document.hidden && !isWaiting && Date.now() - Math.max(lastAt, openedAt) > SILENT_MS) {
    reconnect();
  }
}

function become(next) {
  if (next !== state) {
    state = next;
    document.documentElement.classList.toggle("stale", state === "stale");
    live.dispatchEvent(new Event("state"));
  }
}

function pass(kind, detail) {
  live.dispatchEvent(new CustomEvent(kind, { detail }));
}
