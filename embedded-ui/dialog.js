// Native modal dialogs: Esc closes, the focus returns to where it was. And the one dialog most actions need.

import { send } from "./api.js";
import { curlButton } from "./curl.js";
import { button, h, newId } from "./dom.js";
import { field, showErrors } from "./form.js";

// `content` and `actions` are nodes. `signal` of the answer is aborted when the dialog closes.
export function openDialog({ title, content, actions = [], className = "" }) {
  const scope = new AbortController();
  const heading = h("h2", { id: newId() }, title);
  const close = button("✕", () => dialog.close(), "close");
  close.setAttribute("aria-label", "Close");
  const dialog = h("dialog", { class: className, "aria-labelledby": heading.id },
    h("header", {}, heading, close),
    h("div", { class: "content", tabindex: "-1" }, content),
    actions.length > 0 && h("footer", {}, actions));
  const opener = document.activeElement;
  dialog.addEventListener("close", () => {
    scope.abort();
    dialog.remove();
    if (opener?.isConnected) {
      opener.focus();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, signal: scope.signal, close: () => dialog.close() };
}

// Says what an action does, asks for what it needs, sends it, and shows a refusal beside the fields.
// `request(values)` gives [method, path, body]; `done(answer)` runs after the dialog has closed.
export function actionDialog({ title, about, fields = [], confirm, kind = "primary", request, done, ready = () => true }) {
  const form = h("form", { novalidate: true, id: newId() },
    about.map((line) => (line instanceof Node ? line : h("p", {}, line))),
    fields.map(({ label, hint, input, pointer }) => field({ label, hint, input, pointer })),
    h("p", { class: "problem", role: "alert" }));
  const values = () => Object.fromEntries(fields.map(({ input }) => [input.name, input.value]));
  const submit = h("button", { type: "submit", class: kind, disabled: !ready(values()) }, confirm);
  form.append(h("footer", {}, curlButton(() => request(values())), h("span", { class: "gap" }), button("Cancel", () => opened.close()), submit));
  form.addEventListener("input", () => {
    submit.disabled = !ready(values());
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    submit.disabled = true;
    try {
      const answer = await send(...request(values()));
      opened.close();
      await done(answer.body);
    } catch (problem) {
      showErrors(form, problem);
    }
    submit.disabled = false;
  });
  const opened = openDialog({ title, content: form, className: "small" });
}
