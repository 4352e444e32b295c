// Settings: what holds and where it comes from; the database; the version.

import { get } from "./api.js";
import { curlButton } from "./curl.js";
import { h } from "./dom.js";
import { bytes, short } from "./format.js";
import { badge, cell, figures, head, row, rows, searchBox, sift, table } from "./parts.js";

export async function showSettings(root) {
  const body = rows();
  const search = searchBox("Search settings", () => sift(body, search));
  root.append(head("Settings", null, search));
  const [{ items, database }, version] = await Promise.all([get("/settings"), get("/version")]);
  body.append(...items.map(line));
  root.append(
    h("div", { class: "two" }, databaseCard(database), versionCard(version)),
    h("div", { class: "card table" }, h("div", { class: "scroll" }, table("Settings", ["Name", "Value", "Source", "Default", "Meaning"], body)),
      h("div", { class: "pager" }, h("span", { class: "quiet small" }, "Changed by flag, environment or .env, then a restart or reload."), curlButton(() => ["GET", "/settings"]))));
}

function line(setting) {
  const value = setting.secret && setting.value !== null ? "••••••••" : short(setting.value);
  return row(
    h("th", { scope: "row", role: "rowheader" }, h("code", {}, setting.name)),
    cell("Value", "url value", h("b", {}, value)),
    cell("Source", "", badge(setting.source === "default" ? "off" : "set", setting.source)),
    cell("Default", "url value", short(setting.default)),
    cell("Meaning", "", setting.help));
}

function databaseCard(database) {
  const shown = figures([["ok", "State"], ["size", "Size"], ["schema", "Schema version"]]);
  shown.set({ ok: "", size: bytes(database.size_bytes), schema: database.schema_version ?? "–" });
  shown.node.querySelector("dd").append(badge(database.ok ? "healthy" : "unhealthy", database.ok ? "Writable" : "Not usable"));
  return h("section", { class: "card", "aria-label": "Database" }, h("h2", {}, "Database"), shown.node, h("p", { class: "quiet small url" }, database.path));
}

function versionCard(version) {
  const shown = figures([["version", "Version"], ["commit", "Commit"], ["sqlite", "SQLite"]]);
  shown.set({ version: version.version, commit: version.commit, sqlite: version.sqlite_version });
  return h("section", { class: "card", "aria-label": "Version" }, h("h2", {}, "Version"), shown.node,
    h("p", { class: "quiet small" }, `${version.runtime} · MCP ${version.mcp_revisions.join(", ")}`));
}
