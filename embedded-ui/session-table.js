// The sessions of a pool, as a table.

import { h, text } from "./dom.js";
import { count, percent, seconds, words } from "./format.js";
import { badge, cell, pager, row, rows, setBadge, table } from "./parts.js";

const PAGE = 20;
const COLUMNS = ["Session", "Status", "Held by", { label: "In flight", class: "number" }, { label: "Uses", class: "number" }, { label: "Age", class: "number" }, { label: "Idle", class: "number" }, { label: "Success", class: "number" }, "Endpoint"];

export function sessionTable() {
  const body = rows();
  const drawn = new Map();
  const pages = pager(PAGE, (page) => {
    const nodes = page.map((session) => {
      const known = drawn.get(session.session_id) ?? drawn.set(session.session_id, sessionRow()).get(session.session_id);
      known.set(session);
      return known.node;
    });
    if (nodes.length !== body.children.length || nodes.some((node, index) => body.children[index] !== node)) {
      body.replaceChildren(...nodes);
    }
  });
  const none = h("p", { class: "quiet" }, "No session is open.");
  const shown = h("div", { class: "scroll" }, table("Sessions", COLUMNS, body));
  const set = (sessions) => {
    none.hidden = sessions.length > 0;
    shown.hidden = sessions.length === 0;
    const here = new Set(sessions.map((session) => session.session_id));
    for (const id of drawn.keys()) {
      if (!here.has(id)) {
        drawn.delete(id);
      }
    }
    pages.set(sessions);
  };
  set([]);
  return { node: h("div", { class: "table" }, none, shown, pages.node), set };
}

function sessionRow() {
  const id = h("code", {});
  const status = badge("");
  const places = ["held", "flight", "uses", "age", "idle", "success", "endpoint"].map(() => h("span", {}));
  const node = row(h("th", { scope: "row", role: "rowheader" }, id), cell("Status", "", status),
    places.map((place, index) => cell(COLUMNS[index + 2].label ?? COLUMNS[index + 2], COLUMNS[index + 2].class ?? (index === 6 ? "url" : ""), place)));
  const set = (session) => {
    text(id, session.session_id);
    setBadge(status, session.status);
    status.title = session.last_error ?? "";
    const values = [session.bound ? "a client" : session.partition ?? words(session.state), count(session.in_flight), count(session.reuse_count),
      seconds(session.age_seconds), seconds(session.idle_seconds), percent(session.success_rate), session.endpoint];
    values.forEach((value, index) => text(places[index], value));
  };
  return { node, set };
}
