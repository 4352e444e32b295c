// Activity: who changed what, before and after.

import { get } from "./api.js";
import { button, h } from "./dom.js";
import { dateTime, differences, short, words } from "./format.js";
import { cell, diffList, head, row, rows, searchBox, sift, table } from "./parts.js";
import { named, serverNames } from "./server-names.js";

const PAGE = 50;

export async function showActivity(root) {
  const body = rows();
  const search = searchBox("Search what is loaded", () => sift(body, search));
  const none = h("p", { class: "quiet", hidden: true }, "Nothing has been changed yet.");
  const more = button("Load more", load);
  const list = h("div", { class: "card table", hidden: true }, h("div", { class: "scroll" }, table("Changes, newest first", ["Time", "Who", "What", "Target", "Change"], body)));
  root.append(head("Activity", null, search), list, none, h("div", { class: "pager" }, more));
  let next = null;
  let names = null;
  const told = new Map(); // target → the name that the trail itself tells, of what is there no more too
  await load();

  async function load() {
    const page = await get(`/audit?limit=${PAGE}${next === null ? "" : `&after=${encodeURIComponent(next)}`}`);
    names ??= await serverNames(); // after the trail: what is not among them by now is gone
    for (const item of page.items) {
      const name = nameIn(item);
      if (name && !told.has(item.target)) {
        told.set(item.target, name); // the last one it had, as the newest come first
      }
    }
    body.append(...page.items.map((item) => line(item, names.get(item.target), told.get(item.target))));
    next = page.next ?? null;
    more.hidden = next === null;
    list.hidden = body.children.length === 0;
    none.hidden = body.children.length > 0;
    sift(body, search);
  }
}

// A server's name; of a token, for whom it is.
function nameIn({ before, after }) {
  return after?.name ?? after?.subject ?? before?.name;
}

function line(item, now, once) {
  return row(
    cell("Time", "", h("time", { datetime: item.at, class: "nowrap" }, dateTime(item.at))),
    cell("Who", "", h("span", { dir: "auto" }, short(item.actor))),
    cell("What", "", words(item.action.replace(".", " "))),
    cell("Target", "url", target(item, now, once)),
    cell("Change", "", change(item)));
}

function target({ target: id, action }, now, once) {
  const isGone = now === undefined && /^(server|pool)\./.test(action);
  return named(now ?? once, short(id), isGone ? " · deleted" : "");
}

function change({ before, after }) {
  const changes = typeof (before ?? after) === "object" ? differences(before, after) : [["value", short(before), short(after)]];
  if ((before ?? null) === null && (after ?? null) === null) {
    return "–";
  }
  return changes.length <= 3 ? diffList(changes) : h("details", {}, h("summary", {}, `${changes.length} values`), diffList(changes));
}
