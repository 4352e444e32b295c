// Activity: who changed what, before and after.

import { get } from "./api.js";
import { button, h } from "./dom.js";
import { dateTime, differences, short, words } from "./format.js";
import { cell, diffList, head, row, rows, table } from "./parts.js";

const PAGE = 50;

export async function showActivity(root) {
  const search = h("input", { type: "search", placeholder: "Search  ( / )", "aria-label": "Search what is loaded" });
  const body = rows();
  const none = h("p", { class: "quiet", hidden: true }, "Nothing has been changed yet.");
  const more = button("Load more", load);
  const list = h("div", { class: "card table", hidden: true }, h("div", { class: "scroll" }, table("Changes, newest first", ["Time", "Who", "What", "Target", "Change"], body)));
  root.append(head("Activity", null, search), list, none, h("div", { class: "pager" }, more));
  let next = null;
  await load();

  search.addEventListener("input", filter);

  async function load() {
    const page = await get(`/audit?limit=${PAGE}${next === null ? "" : `&after=${encodeURIComponent(next)}`}`);
    body.append(...page.items.map(line));
    next = page.next ?? null;
    more.hidden = next === null;
    list.hidden = body.children.length === 0;
    none.hidden = body.children.length > 0;
    filter();
  }

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    for (const one of body.children) {
      one.hidden = !one.textContent.toLowerCase().includes(wanted);
    }
  }
}

function line(item) {
  return row(
    cell("Time", "", h("time", { datetime: item.at, class: "nowrap" }, dateTime(item.at))),
    cell("Who", "", h("span", { dir: "auto" }, short(item.actor))),
    cell("What", "", words(item.action)),
    cell("Target", "url", h("span", { dir: "auto" }, short(item.target))),
    cell("Change", "", change(item)));
}

function change({ before, after }) {
  const changes = typeof (before ?? after) === "object" ? differences(before, after) : [["value", short(before), short(after)]];
  if ((before ?? null) === null && (after ?? null) === null) {
    return "–";
  }
  return changes.length <= 3 ? diffList(changes) : h("details", {}, h("summary", {}, `${changes.length} values`), diffList(changes));
}
