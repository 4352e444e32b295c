// 412: somebody else was faster. Who, and what is different now.

import { get, Problem } from "./api.js";
import { h } from "./dom.js";
import { dateTime, differences } from "./format.js";
import { diffList } from "./parts.js";

// `before` is what was read at first, `now` what it has become. What was typed stays in the form.
export async function showConflict(place, serverId, before, now, ...actions) {
  const who = await lastChange(serverId);
  const changes = differences(before, now);
  place.hidden = false;
  place.replaceChildren(
    h("p", {}, who ? `${who.actor} changed this server at ${dateTime(who.at)}.` : "Somebody else changed this server in the meantime."),
    changes.length > 0 ? diffList(changes) : h("p", {}, "What is shown here is the same as before."),
    h("p", {}, "Your values are still here. Save again to replace theirs."),
    ...actions);
  place.tabIndex = -1;
  place.focus();
}

async function lastChange(id) {
  try {
    const { items } = await get("/audit?limit=50");
    return items.find((item) => String(item.target).includes(id));
  } catch (problem) {
    if (problem instanceof Problem) {
      return null; // the audit log is for admins
    }
    throw problem;
  }
}
