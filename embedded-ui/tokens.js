// Tokens: mint (shown once), list, revoke.

import { getAll, Problem, send } from "./api.js";
import { copy, curlButton } from "./curl.js";
import { actionDialog, openDialog } from "./dialog.js";
import { button, h, newId } from "./dom.js";
import { checkbox, clearErrors, field, input, select, showErrors } from "./form.js";
import { dateTime } from "./format.js";
import { badge, cell, head, pager, row, rows, table } from "./parts.js";
import { named, serverNames } from "./server-names.js";
import { toast } from "./toast.js";

const PAGE = 25;
const PERMISSIONS = [["servers.read", "See servers and pools"], ["servers.write", "Change servers and pools"], ["mcp.invoke", "Call MCP servers"]];
const LIFETIMES = [[3600, "1 hour"], [43200, "12 hours"], [86400, "1 day"], [604800, "7 days"], [2592000, "30 days"], [31536000, "1 year"]];

export async function showTokens(root) {
  const body = rows();
  const none = h("p", { class: "quiet", hidden: true }, "No token has been made here yet. Those of the command line are not listed.");
  const pages = pager(PAGE, (page) => body.replaceChildren(...page.map((token) => line(token, names, load))));
  const list = h("div", { class: "card table", hidden: true },
    h("div", { class: "scroll" }, table("Tokens", ["For", "Permissions", "Server", "Made", "Expires", "Status", "Actions"], body)), pages.node);
  root.append(head("Tokens", null, button("New token", () => openMint(load), "primary")), list, none);
  let names = new Map();
  await load();

  async function load() {
    const items = await getAll("/tokens");
    names = await serverNames();
    list.hidden = items.length === 0;
    none.hidden = items.length > 0;
    pages.set(items);
  }
}

function line(token, names, reload) {
  const status = token.revoked_at ? "revoked" : Date.parse(token.expires_at) < Date.now() ? "expired" : "valid";
  return row(
    h("th", { scope: "row", role: "rowheader" }, h("span", { dir: "auto" }, token.subject), h("code", { class: "small" }, token.jti)),
    cell("Permissions", "", (token.permissions ?? []).join(", ") || "–"),
    cell("Server", "url", token.server_id ? named(names.get(token.server_id), token.server_id) : "all"),
    cell("Made", "", h("span", { class: "nowrap" }, dateTime(token.created_at)), token.created_by && h("span", { class: "quiet small" }, `by ${token.created_by}`)),
    cell("Expires", "nowrap", dateTime(token.expires_at)),
    cell("Status", "", badge(status)),
    cell("Actions", "", status === "valid" && button("Revoke", () => askRevoke(token, reload), "danger")));
}

function askRevoke(token, reload) {
  actionDialog({
    title: "Revoke token",
    about: [`Whoever uses the token of ${token.subject} is answered 401 from now on. This cannot be undone.`],
    confirm: "Revoke",
    kind: "danger",
    request: () => ["DELETE", `/tokens/${encodeURIComponent(token.jti)}`],
    done: async () => {
      toast("Token revoked");
      await reload();
    },
  });
}

function openMint(reload) {
  const admin = checkbox("admin", "Admin", false, "Everything, this page included.");
  const permissions = h("fieldset", { "data-pointer": "/permissions" }, h("legend", {}, "Permissions; none means servers.read and mcp.invoke"),
    PERMISSIONS.map(([name, about]) => checkbox(name, name, name !== "servers.write", about)), h("p", { class: "error" }));
  const choice = h("datalist", { id: newId() });
  const submit = h("button", { type: "submit", class: "primary" }, "Make token");
  const form = h("form", { novalidate: true },
    field({ label: "For whom", pointer: "/subject", hint: "Shows in the list and in Activity.", input: input("subject", "", { dir: "auto", autofocus: true }) }),
    field({ label: "Expires in", pointer: "/expires_in", input: select("expires_in", LIFETIMES, 86400) }),
    admin, permissions,
    field({ label: "Only for the server", pointer: "/server_id", hint: "Choose one, or type a part of its name. Empty: all servers.", input: input("server_id", "", { list: choice.id, dir: "auto" }) }),
    choice,
    h("p", { class: "problem", role: "alert" }),
    h("footer", {}, curlButton(request), h("span", { class: "gap" }), button("Cancel", () => opened.close()), submit));
  const opened = openDialog({ title: "New token", content: form, className: "small" });

  const ids = new Map(); // by name
  serverNames().then((names) => {
    names.forEach((name, id) => ids.set(name, id));
    choice.append(...[...ids.keys()].sort().map((name) => h("option", { value: name })));
  });

  form.addEventListener("input", () => {
    permissions.disabled = form.elements.admin.checked;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    clearErrors(form);
    try {
      if (server() && ![...ids.values()].includes(server())) {
        throw new Problem(422, { errors: [{ pointer: "/server_id", detail: "no server has this name" }] });
      }
      const { body } = await send(...request());
      opened.close();
      showOnce(body.token);
      await reload();
    } catch (problem) {
      showErrors(form, problem);
    }
    submit.disabled = false;
  });

  function server() {
    const typed = form.elements.server_id.value.trim();
    return ids.get(typed) ?? typed;
  }

  function request() {
    const from = form.elements;
    const all = from.admin.checked;
    return ["POST", "/tokens", {
      subject: from.subject.value.trim(),
      expires_in: Number(from.expires_in.value),
      admin: all,
      permissions: all ? [] : PERMISSIONS.map(([name]) => name).filter((name) => from[name].checked),
      server_id: server() || undefined,
    }];
  }
}

function showOnce(token) {
  const shown = h("textarea", { readonly: "", rows: 5, value: token, "aria-label": "Token", class: "code" });
  const { close } = openDialog({
    title: "Your new token",
    className: "small",
    content: [h("p", {}, "It is shown this once and stored nowhere."), shown],
    actions: [button("Done", () => close()), h("span", { class: "gap" }), button("Copy", () => copy(token, "Token copied"), "primary")],
  });
  shown.select();
}
