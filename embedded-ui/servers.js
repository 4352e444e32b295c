// The Servers screen: all servers in memory, a page of them in the DOM, live figures for those in sight.

import { get, getAll, pagesOf, serverPath } from "./api.js";
import { button, h } from "./dom.js";
import { address } from "./format.js";
import { live, poolOf } from "./live.js";
import { head, pager, rows, searchBox, table } from "./parts.js";
import { needs } from "./permissions.js";
import { openServerForm } from "./server-form.js";
import { serverRow } from "./server-row.js";
import { copy, curlOf } from "./curl.js";

const PAGE = 20;
const CATCH_UP_MS = 200;

// More changes than this at once, and the whole list is cheaper than each one.
const MANY = 20;

const COLUMNS = [
  ["name", "Name", (server) => server.name.toLowerCase()],
  ["url", "URL", (server) => address(server)],
  ["status", "Status", (server) => `${server.enabled}${server.status.reachable}`],
  ["pool", "Pool", (server) => poolOf(server.id)?.stats.health_score ?? -1],
  ["use", "In use / total", (server) => poolOf(server.id)?.stats.active_sessions ?? -1],
  ["calls", "Calls", (server) => poolOf(server.id)?.stats.acquisitions ?? -1],
];

export async function showServers(root, signal) {
  const search = searchBox("Search servers", () => refresh(true));
  const body = rows();
  const list = h("div", { class: "card table", hidden: true });
  const none = h("p", { class: "quiet", hidden: true }, "No server matches.");
  const empty = emptyState();
  root.append(head("Servers", signal, search, needs("servers.write", button("Add server", () => openServerForm(null), "primary"))), empty, list, none);

  const known = new Map();
  const drawn = new Map();
  let order = { by: "name", down: false };

  const pages = pager(PAGE, (page) => {
    const shown = page.map((server) => drawn.get(server.id) ?? drawn.set(server.id, serverRow(server)).get(server.id));
    body.replaceChildren(...shown.map((row) => row.node));
    shown.forEach((row) => row.tick());
  });
  list.append(h("div", { class: "scroll" }, table("Servers", [...COLUMNS.map((column) => sortHeader(column, order, sort)), "Actions"], body)), pages.node);

  function sort(by) {
    order = { by, down: order.by === by && !order.down };
    markSorted(list, order);
    refresh(true);
  }

  function refresh(first = false) {
    const wanted = search.value.trim().toLowerCase();
    const key = COLUMNS.find(([name]) => name === order.by)[2];
    const found = [...known.values()]
      .filter((server) => [server.name, server.description ?? "", address(server), ...server.tags].some((part) => part.toLowerCase().includes(wanted)))
      .sort((a, b) => compare(key(a), key(b)) * (order.down ? -1 : 1) || compare(a.name, b.name));
    empty.hidden = known.size > 0;
    list.hidden = found.length === 0;
    none.hidden = known.size === 0 || found.length > 0;
    pages.set(found, first);
  }

  live.addEventListener("stats", () => {
    for (const row of drawn.values()) {
      if (row.node.isConnected) {
        row.tick();
      }
    }
  }, { signal });
  live.addEventListener("server", ({ detail }) => outdate(detail.id), { signal });
  addEventListener("server-changed", ({ detail }) => outdate(detail), { signal });

  const outdated = new Set();

  function outdate(id) {
    if (outdated.size === 0) {
      setTimeout(catchUp, CATCH_UP_MS);
    }
    outdated.add(id);
  }

  async function catchUp() {
    const ids = [...outdated];
    outdated.clear();
    try {
      await (ids.length > MANY ? reloadAll() : Promise.all(ids.map(reload)));
    } catch {
      return; // what is shown stays; the chip says when it is old
    }
    if (!signal.aborted) {
      refresh();
    }
  }

  async function reloadAll() {
    const servers = await getAll("/servers");
    known.clear();
    take(servers);
  }

  function take(servers) {
    for (const server of servers) {
      known.set(server.id, server);
      drawn.get(server.id)?.update(server);
    }
  }

  async function reload(id) {
    try {
      take([await get(serverPath(id))]);
    } catch (problem) {
      if (problem.status !== 404) {
        throw problem;
      }
      known.delete(id);
      drawn.delete(id);
    }
  }

  for await (const servers of pagesOf("/servers")) {
    take(servers);
    refresh();
  }
}

function compare(a, b) {
  return typeof a === "number" ? a - b : a.localeCompare(b);
}

function sortHeader([name, label], order, sort) {
  const cell = h("th", { scope: "col", role: "columnheader", "data-sort": name, class: name === "use" ? "number" : "" }, button(label, () => sort(name)));
  cell.setAttribute("aria-sort", order.by === name ? "ascending" : "none");
  return cell;
}

function markSorted(list, order) {
  for (const cell of list.querySelectorAll("[data-sort]")) {
    cell.setAttribute("aria-sort", cell.dataset.sort === order.by ? (order.down ? "descending" : "ascending") : "none");
  }
}

function emptyState() {
  const example = curlOf("POST", "/servers", { name: "everything", url: "http://127.0.0.1:3001/mcp" });
  return h("section", { class: "card empty", hidden: true },
    h("h2", {}, "No servers yet"),
    h("p", {}, "A server is an MCP server that the gateway stands in front of. Add one, then switch on its pool with 🔄 Pool Config."),
    h("p", {}, needs("servers.write", button("Add your first server", () => openServerForm(null), "primary"))),
    h("p", { class: "quiet" }, "Or from a terminal, with an official test server:"),
    h("pre", { tabindex: "0" }, `npx -y @modelcontextprotocol/server-everything streamableHttp\n\n${example}`),
    button("Copy as curl", () => copy(example, "Copied as curl"), "quiet"));
}
