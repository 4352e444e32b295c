// One pool's page: its sessions as a strip of slots, its last ten minutes, its sessions and events as lists.

import { get, serverPath } from "./api.js";
import { button, h } from "./dom.js";
import { live, learn, poolOf } from "./live.js";
import { head, showGone } from "./parts.js";
import { charts } from "./charts.js";
import { eventList } from "./event-list.js";
import { needs } from "./permissions.js";
import { reload } from "./router.js";
import { poolButtons } from "./pool-actions.js";
import { statsPanel } from "./pool-stats.js";
import { openPoolConfig } from "./pools.js";
import { sessionTable } from "./session-table.js";
import { slotStrip } from "./slot-strip.js";

export async function showPoolDetail(root, signal, id) {
  const server = await get(serverPath(id));
  root.append(head(server.name, signal, button("🔄 Pool Config", () => openPoolConfig(server), "cyan")));
  root.querySelector("h1").dir = "auto";
  let running = false;
  try {
    learn(await get(serverPath(id, "/pool/stats")));
    running = true;
    await showRunning(root, signal, server);
  } catch (problem) {
    showGone(root, problem, needs("servers.write", button("Enable pooling", () => openPoolConfig(server), "primary")));
  }

  // A pool that is switched on or off while it is looked at: nothing of the other state stays.
  live.addEventListener("stats", () => (poolOf(id) !== undefined) !== running && reload(), { signal });
}

async function showRunning(root, signal, server) {
  const strip = slotStrip();
  const history = charts();
  const sessions = sessionTable();
  const events = eventList();
  const panel = statsPanel(server, signal);
  panel.set(poolOf(server.id).stats);
  root.append(
    section("Sessions, slot by slot", strip.node),
    h("section", { class: "card stats", "aria-label": "Statistics" }, panel.node, h("div", { class: "buttons" }, poolButtons(server))),
    section("Last 10 minutes", history.node),
    section("Sessions", sessions.node),
    section("Events", events.node));

  let asking = false;
  let ticks = 0;

  // Each second with the stream, never more than one at a time; while the stream is cut nothing is asked.
  async function tick() {
    const held = poolOf(server.id);
    if (asking || !held || document.hidden) {
      return;
    }
    asking = true;
    try {
      const { sessions: list } = await get(serverPath(server.id, "/pool/sessions"));
      strip.set(list, poolOf(server.id)?.stats ?? held.stats);
      sessions.set(list);
      if (ticks % 5 === 0) {
        history.add(await get(serverPath(server.id, ticks === 0 ? "/pool/metrics?minutes=10" : "/pool/metrics?minutes=1")));
      }
      ticks += 1;
    } catch {
      // What is shown stays; the chip says when it is old, and the next second tries again.
    }
    asking = false;
  }

  live.addEventListener("stats", tick, { signal });

  // What happens while the list is read comes after it.
  let early = [];
  live.addEventListener("pool", ({ detail }) => detail.server_id === server.id && (early ? early.push(detail) : events.add(detail)), { signal });
  events.set((await get(serverPath(server.id, "/pool/events"))).events);
  events.set(early);
  early = null;
  await tick();
}

function section(title, ...content) {
  return h("section", { class: "card", "aria-label": title }, h("h2", {}, title), content);
}
