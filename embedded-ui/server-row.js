// One row of the Servers table. Its nodes live as long as the server is listed: focus stays while the numbers change.

import { h, button, text } from "./dom.js";
import { address, count, words } from "./format.js";
import { poolOf } from "./live.js";
import { badge, cell, row, setBadge, sparkline } from "./parts.js";
import { needs } from "./permissions.js";
import { openPoolConfig } from "./pools.js";
import { openPoolStats } from "./pool-stats.js";
import { askDelete, askState, openExport } from "./server-actions.js";
import { openServerForm } from "./server-form.js";

export function serverRow(first) {
  let server = first;
  const name = h("span", { class: "name", dir: "auto" });
  const about = h("span", { class: "quiet small", dir: "auto" });
  const url = h("span", { class: "url" });
  const transport = h("span", { class: "quiet small" });
  const era = badge("");
  const status = badge("");
  const pool = badge("");
  const strategy = h("span", { class: "quiet small" });
  const use = h("span", {});
  const calls = sparkline();
  const edit = button("Edit", () => openServerForm(server));
  const state = button("", () => askState(server));
  const remove = button("Delete", () => askDelete(server), "danger");

  const node = row(
    h("th", { scope: "row", role: "rowheader" }, name, about),
    cell("URL", "where", url, h("span", { class: "kind" }, transport, era)),
    cell("Status", "", status),
    cell("Pool", "", pool, strategy),
    cell("In use / total", "number", use),
    cell("Calls", "", calls.node),
    cell("Actions", "actions",
      h("div", {}, edit),
      h("div", {}, button("🔄 Pool Config", () => openPoolConfig(server), "cyan"), button("📊 Pool Stats", () => openPoolStats(server), "teal")),
      h("div", {}, button("Export Config", () => openExport(server))),
      h("div", {}, state, remove)));
  node.dataset.server = server.id;

  function update(changed) {
    server = changed;
    text(name, server.name);
    name.title = server.name;
    text(about, [server.description, ...server.tags.map((tag) => `#${tag}`)].filter(Boolean).join(" · "));
    text(url, address(server));
    text(transport, words(server.transport).replace("Streamable http", "Streamable HTTP").replace("Sse", "HTTP+SSE"));
    setBadge(era, server.status.era ?? "unknown", server.status.era ?? "");
    setBadge(status, ...reachability(server));
    status.title = server.status.last_error ?? "";
    needs(server.transport === "stdio" ? "admin" : "servers.write", edit); // whoever says which command runs must be an admin
    needs("servers.write", state);
    needs("servers.write", remove);
    text(state, server.enabled ? "Deactivate" : "Activate");
    tick();
  }

  function tick() {
    const held = poolOf(server.id);
    if (held) {
      const { stats } = held;
      setBadge(pool, stats.status === "active" ? stats.health : stats.status, stats.status === "active" ? `${words(stats.health)} ${stats.health_score}` : words(stats.status));
      text(strategy, words(stats.strategy));
      text(use, `${count(stats.active_sessions)} / ${count(stats.total_sessions)}`);
      calls.set(held.calls);
    } else {
      setBadge(pool, "off", "Off");
      text(strategy, "");
      text(use, "–");
      calls.set([]);
    }
  }

  update(server);
  return { node, update, tick };
}

function reachability(server) {
  if (!server.enabled) {
    return ["off", "Inactive"];
  }
  const { reachable } = server.status;
  return reachable === null || reachable === undefined ? ["unknown", "Not asked yet"] : reachable ? ["healthy", "Reachable"] : ["unhealthy", "Unreachable"];
}
