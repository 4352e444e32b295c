// Who is signed in. Signing in lies over everything else as a dialog, so what was being done is still there afterwards.

import { onSignedOut, send } from "./api.js";
import { button, h } from "./dom.js";
import { field, input, showErrors } from "./form.js";
import { hold } from "./permissions.js";

// What a sign-in link's fragment begins with.
export const LINK = "#token=";

let asking = null;

// Resolves when there is a session: by the link's token, by the cookie of an earlier visit, or by a pasted token.
export async function signIn() {
  onSignedOut(ask);
  addEventListener("hashchange", () => location.hash.startsWith(LINK) && location.reload()); // a link, opened where the page was open already
  const linked = tokenInLink();
  if (linked !== null) {
    try {
      await send("POST", "/admin/session", { token: linked });
    } catch (problem) {
      await ask(problem);
      return;
    }
  }
  try {
    await showAccount();
  } catch (problem) {
    await ask(problem.status === 401 ? null : problem);
  }
}

// The link of `edge-gateway` carries a token that works once. It does not stay in the address or the history.
function tokenInLink() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token !== null) {
    history.replaceState(null, "", location.pathname);
  }
  return token;
}

function ask(problem) {
  asking ??= new Promise((signedIn) => {
    const dialog = signInDialog(problem, () => {
      asking = null;
      dialog.remove();
      signedIn();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
  return asking;
}

function signInDialog(problem, done) {
  const token = input("token", "", { type: "password", required: true, autofocus: true });
  const submit = h("button", { type: "submit", class: "primary" }, "Sign in");
  const form = h("form", { novalidate: true },
    h("h1", { id: "sign-in-title" }, "Sign in"),
    h("p", { class: "quiet" }, "Make a token where the gateway runs, or open the link it prints:"),
    h("pre", {}, "edge-gateway token create --sub you --admin"),
    field({ label: "Admin token", pointer: "/token", input: token, hint: "It becomes a cookie that scripts cannot read. That ends with the token, after 12 hours at most." }),
    h("p", { class: "problem", role: "alert" }),
    h("footer", {}, submit));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      await send("POST", "/admin/session", { token: token.value.trim() });
      await showAccount();
      done();
    } catch (refusal) {
      showErrors(form, refusal);
      token.select();
    }
    submit.disabled = false;
  });
  const dialog = h("dialog", { class: "sign-in", closedby: "none", "aria-labelledby": "sign-in-title" }, form);
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  if (problem) {
    showErrors(form, problem);
  }
  return dialog;
}

async function showAccount() {
  const session = (await send("GET", "/admin/session")).body;
  hold(session.permissions);
  const account = document.getElementById("account");
  account.replaceChildren(
    h("span", { class: "who", title: session.permissions.join(", ") }, session.name ?? "admin"),
    button("Sign out", signOut, "quiet"));
  account.hidden = false;
}

// A fresh page keeps nothing of what the last user saw.
async function signOut() {
  await send("DELETE", "/admin/session"); // what fails is said, because the session goes on then
  location.reload();
}
