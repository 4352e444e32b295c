// Pieces that several screens share.

import { h, newId, svg, text } from "./dom.js";
import { words } from "./format.js";
import { liveChip } from "./live.js";

// Shape and word, not colour alone.
const SIGNS = {
  healthy: "●", degraded: "◐", unhealthy: "✕", off: "○", warming: "◔", draining: "▽", drained: "▽", error: "✕",
  available: "○", active: "■", opening: "◌", valid: "●", revoked: "✕", expired: "○",
};

export function head(title, signal, ...actions) {
  return h("div", { class: "head" }, h("h1", { tabindex: "-1" }, title), signal && liveChip(signal), h("span", { class: "gap" }), actions);
}

// "/" goes to it.
export function searchBox(label, oninput) {
  return h("input", { type: "search", placeholder: "Search  ( / )", "aria-label": label, oninput });
}

// Hides the rows of a table that do not hold what is searched for.
export function sift(body, search) {
  const wanted = search.value.trim().toLowerCase();
  for (const one of body.children) {
    one.hidden = !one.textContent.toLowerCase().includes(wanted);
  }
}

export function badge(value, label = words(value)) {
  const made = h("span", { class: "badge" });
  setBadge(made, value, label);
  return made;
}

export function setBadge(node, value, label = words(value)) {
  node.dataset.state = value;
  text(node, SIGNS[value] ? `${SIGNS[value]} ${label}` : label);
}

// A list of figures whose values can change: figures.set({name: value}).
export function figures(names, className = "") {
  const places = new Map(names.map(([name]) => [name, h("dd", {})]));
  const node = h("dl", { class: `figures ${className}` },
    names.map(([name, label]) => h("div", { "data-figure": name }, h("dt", {}, label), places.get(name))));
  const set = (values) => {
    for (const [name, value] of Object.entries(values)) {
      text(places.get(name), value);
    }
  };
  return { node, set };
}

// Tables become cards on narrow screens; the roles keep them tables for those who do not see them.
export function table(caption, columns, body) {
  return h("table", { role: "table", "aria-label": caption },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, columns.map((column) => (
      column instanceof Node ? column : h("th", { scope: "col", role: "columnheader", class: column.class }, column.label ?? column))))),
    body);
}

export function cell(label, className, ...children) {
  return h("td", { role: "cell", class: className, "data-label": label }, children);
}

export function row(...cells) {
  return h("tr", { role: "row" }, cells);
}

export function rows() {
  return h("tbody", { role: "rowgroup" });
}

export function diffList(differences) {
  return h("ul", { class: "diff" }, differences.map(([name, before, after]) => h("li", {},
    h("b", {}, words(name)), " ", h("del", {}, before), " → ", h("ins", {}, after))));
}

// Shows a page of many, so that a thousand are as quick as ten. `show(items)` renders the slice.
export function pager(size, show) {
  const said = h("span", { class: "quiet", id: newId() });
  const previous = h("button", { type: "button", onclick: () => turn(-1) }, "Previous");
  const next = h("button", { type: "button", onclick: () => turn(1) }, "Next");
  const node = h("div", { class: "pager" }, said, previous, next);
  let items = [];
  let page = 0;
  function turn(by) {
    page += by;
    render();
  }
  function render() {
    const pages = Math.max(1, Math.ceil(items.length / size));
    page = Math.min(Math.max(page, 0), pages - 1);
    const from = page * size;
    show(items.slice(from, from + size));
    text(said, `${items.length === 0 ? 0 : from + 1}–${Math.min(from + size, items.length)} of ${items.length}`);
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
    node.hidden = items.length <= size;
  }
  const set = (all, first = false) => {
    items = all;
    page = first ? 0 : page;
    render();
  };
  return { node, set };
}

const SPARK_WIDTH = 72;
const SPARK_HEIGHT = 20;

export function sparkline() {
  const line = svg("polyline", {});
  const node = svg("svg", { class: "spark", viewBox: `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`, width: SPARK_WIDTH, height: SPARK_HEIGHT, role: "img", "aria-label": "no calls yet" }, line);
  const set = (calls, kept = 60) => {
    const most = Math.max(1, ...calls);
    const x = (i) => ((kept - calls.length + i) / (kept - 1)) * SPARK_WIDTH;
    line.setAttribute("points", calls.map((n, i) => `${x(i).toFixed(1)},${(SPARK_HEIGHT - 1.5 - (n / most) * (SPARK_HEIGHT - 3)).toFixed(1)}`).join(" "));
    node.setAttribute("aria-label", `${calls.reduce((sum, n) => sum + n, 0)} calls in the last ${calls.length} s`);
  };
  return { node, set };
}

// What cannot be shown, why, and what to do about it.
export function showGone(root, problem, ...actions) {
  root.append(h("div", { class: "card problem-card", role: "alert" },
    h("p", { class: "lead" }, problem.message), problem.remedy && h("p", { class: "quiet" }, problem.remedy), actions));
}
