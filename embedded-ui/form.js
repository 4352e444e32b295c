// Labelled fields, and a problem's errors shown beside the fields they point at.

import { h, newId } from "./dom.js";

export function field({ label, hint, input, pointer, unit }) {
  const hintId = newId();
  const errorId = newId();
  input.id ||= newId();
  input.setAttribute("aria-describedby", `${hintId} ${errorId}`);
  return h("div", { class: "field", "data-pointer": pointer },
    h("label", { for: input.id }, label),
    unit ? h("span", { class: "with-unit" }, input, h("span", { class: "unit", "aria-hidden": "true" }, unit)) : input,
    h("p", { class: "hint", id: hintId }, hint ?? ""),
    h("p", { class: "error", id: errorId }));
}

export function input(name, value = "", props = {}) {
  return h("input", { name, value: value ?? "", autocomplete: "off", spellcheck: "false", ...props });
}

export function number(name, value, min, max) {
  return input(name, value, { type: "number", inputmode: "numeric", min, max, step: "1" });
}

export function area(name, value = "", rows = 3) {
  return h("textarea", { name, rows, spellcheck: "false", value: value ?? "" });
}

export function select(name, options, chosen) {
  const made = h("select", { name }, options.map(([value, label]) => h("option", { value }, label)));
  made.value = chosen;
  return made;
}

export function checkbox(name, label, checked, hint) {
  const box = h("input", { type: "checkbox", name, checked, id: newId() });
  return h("div", { class: "check" }, box, h("label", { for: box.id }, label), hint && h("p", { class: "hint" }, hint));
}

export function clearErrors(form) {
  for (const place of form.querySelectorAll(".error, .problem")) {
    place.textContent = "";
  }
  for (const control of form.querySelectorAll("[aria-invalid]")) {
    control.removeAttribute("aria-invalid");
  }
}

// Every error beside its field; what has no field, and the sentence itself, in the form's alert. Typed values stay.
export function showErrors(form, problem) {
  clearErrors(form);
  const homeless = problem.errors?.filter((error) => !showBeside(form, error)) ?? [];
  const said = homeless.length > 0 ? homeless.map((error) => `${error.pointer}: ${error.detail}`)
    : problem.errors?.length > 0 ? ["Not saved: mend what is marked."]
    : [problem.message, problem.remedy];
  form.querySelector(".problem").textContent = said.filter(Boolean).join("\n");
  form.querySelector("[aria-invalid]")?.focus();
}

function showBeside(form, error) {
  const home = homeOf(form, error.pointer);
  if (home === null) {
    return false;
  }
  const place = home.querySelector(".error");
  place.textContent = [place.textContent, error.detail].filter(Boolean).join("; ");
  home.closest("details")?.setAttribute("open", "");
  home.querySelector("input, select, textarea").setAttribute("aria-invalid", "true");
  return true;
}

// The field of the pointer, else that of the value it is a part of: /args/0 belongs to /args.
function homeOf(form, pointer) {
  const fields = [...form.querySelectorAll("[data-pointer]")].filter((field) => !field.closest("[hidden]"));
  for (let part = pointer; part !== ""; part = part.slice(0, part.lastIndexOf("/"))) {
    const home = fields.find((field) => field.dataset.pointer.split(" ").includes(part));
    if (home) {
      return home;
    }
  }
  return null;
}
