// Export, Activate/Deactivate and Delete: each says first what it does.

import { get, serverPath } from "./api.js";
import { copy, curlButton } from "./curl.js";
import { actionDialog, openDialog } from "./dialog.js";
import { button, h } from "./dom.js";
import { input } from "./form.js";
import { poolOf } from "./live.js";
import { toast } from "./toast.js";

// The screens reload the server at once, and do not wait for the stream to say so.
export function changed(id) {
  dispatchEvent(new CustomEvent("server-changed", { detail: id }));
}

export async function openExport(server) {
  const path = serverPath(server.id, "/export");
  let document_;
  try {
    document_ = await get(path);
  } catch (problem) {
    toast(problem.message, "failed");
    return;
  }
  const json = JSON.stringify(document_, null, 2);
  openDialog({
    title: `Export ${server.name}`,
    content: [
      h("p", {}, "The server and its pool as one document that POST /servers accepts."),
      document_.omitted.length > 0 && h("p", { class: "quiet" }, `Left out, because secret: ${document_.omitted.join(", ")}`),
      h("pre", { tabindex: "0", "aria-label": "Exported document" }, json),
    ],
    actions: [curlButton(() => ["GET", path]), h("span", { class: "gap" }), button("Copy", () => copy(json, "Copied")), button("Download", () => download(server.name, json), "primary")],
  });
}

export function askState(server) {
  const activate = !server.enabled;
  const open = poolOf(server.id)?.stats.total_sessions ?? 0;
  actionDialog({
    title: `${activate ? "Activate" : "Deactivate"} ${server.name}`,
    about: [activate
      ? "MCP calls are accepted again, and an enabled pool opens its sessions."
      : `MCP calls are answered 503, and the pool is drained: ${open} open ${open === 1 ? "session" : "sessions"} will close.`],
    confirm: activate ? "Activate" : "Deactivate",
    request: () => ["POST", serverPath(server.id, `/state?activate=${activate}`)],
    done: () => {
      toast(activate ? "Server activated" : "Server deactivated");
      changed(server.id);
    },
  });
}

export function askDelete(server) {
  actionDialog({
    title: `Delete ${server.name}`,
    about: ["The server, its pool and its stored credentials are deleted. Clients get 404. This cannot be undone."],
    fields: [{ label: "To confirm, type the server's name", hint: server.name, input: input("name", "", { dir: "auto" }) }],
    confirm: "Delete",
    kind: "danger",
    ready: ({ name }) => name === server.name,
    request: () => ["DELETE", serverPath(server.id)],
    done: () => {
      toast("Server deleted");
      changed(server.id);
    },
  });
}

function download(name, json) {
  const url = URL.createObjectURL(new Blob([json], { type: "application/json" }));
  h("a", { href: url, download: `${name.replace(/[^\w.-]+/g, "_")}.json` }).click();
  URL.revokeObjectURL(url);
}
