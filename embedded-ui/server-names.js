// The servers' names, for screens that are told ids.

import { getAll } from "./api.js";
import { h } from "./dom.js";

// id → name.
export async function serverNames() {
  return new Map((await getAll("/servers")).map((server) => [server.id, server.name]));
}

// A name with its id below; an id alone where no name is known.
export function named(name, id, more = "") {
  return name === undefined ? id : [h("span", { dir: "auto" }, name), h("span", { class: "quiet small id" }, id + more)];
}
