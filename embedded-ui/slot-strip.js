// The pool made visible: one cell per session, coloured and shaped by its state; dotted cells are places not taken.

import { h, text } from "./dom.js";
import { seconds, words } from "./format.js";

const STATES = ["available", "active", "bound", "unhealthy", "draining", "opening"];

// More empty places than this say nothing more.
const FREE_SHOWN = 64;

export function slotStrip() {
  const list = h("ul", { class: "slots", "aria-label": "Sessions of the pool" });
  const counts = new Map(STATES.map((state) => [state, h("b", {}, "0")]));
  const legend = h("ul", { class: "legend", "aria-label": "What the shapes mean" }, STATES.map((state) => h("li", {},
    h("span", { class: "slot", "data-state": state, "aria-hidden": "true" }), ` ${words(state)} `, counts.get(state))));
  const cells = new Map();

  function set(sessions, stats) {
    const here = new Set(sessions.map((session) => session.session_id));
    for (const [id, cell] of cells) {
      if (!here.has(id)) {
        cell.remove();
        cells.delete(id);
      }
    }
    const tally = new Map(STATES.map((state) => [state, 0]));
    for (const session of sessions) {
      const state = stateOf(session);
      tally.set(state, (tally.get(state) ?? 0) + 1);
      draw(cellOf(session.session_id), session, state);
    }
    free(Math.min(FREE_SHOWN, stats.max_size - (sessions.length - stats.bound_sessions)));
    for (const [state, place] of counts) {
      text(place, tally.get(state));
    }
  }

  // A session keeps its place; a new one takes the first free one.
  function cellOf(id) {
    if (!cells.has(id)) {
      const cell = h("li", { class: "slot" });
      list.insertBefore(cell, list.querySelector("[data-state=free]"));
      cells.set(id, cell);
    }
    return cells.get(id);
  }

  function free(wanted) {
    const now = list.querySelectorAll("[data-state=free]");
    for (let i = now.length; i < wanted; i += 1) {
      list.append(h("li", { class: "slot", "data-state": "free", "aria-hidden": "true" }));
    }
    for (let i = Math.max(0, wanted); i < now.length; i += 1) {
      now[i].remove();
    }
  }

  return { node: h("div", {}, list, legend), set };
}

function draw(cell, session, state) {
  cell.dataset.state = state;
  text(cell, session.in_flight > 0 ? session.in_flight : "");
  const said = `${session.session_id}: ${state}, ${session.in_flight} in flight, used ${session.reuse_count} times, ${seconds(session.age_seconds)} old`;
  if (cell.title !== said) {
    cell.title = said;
    cell.setAttribute("aria-label", said);
  }
}

// A session that waits for its client is bound, not busy.
function stateOf(session) {
  return session.status === "active" && session.bound && session.in_flight === 0 ? "bound" : session.status;
}
