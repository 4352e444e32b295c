// What the signed-in token may do, as the gateway tells it. The gateway decides; the page only does not offer what would be refused.

let held = [];

export function may(permission) {
  return held.includes("admin") || held.includes(permission);
}

export function hold(permissions) {
  const before = held.join();
  held = permissions;
  document.querySelectorAll("nav [data-needs]").forEach(allowLink);
  document.getElementById("may-not").hidden = may("servers.write");
  if (before !== "" && before !== held.join()) {
    dispatchEvent(new Event("permissions-changed"));
  }
}

// Switches a control off where its permission is missing, and says so.
export function needs(permission, control) {
  control.disabled = !may(permission);
  control.title = control.disabled ? lack(permission) : "";
  return control;
}

// A link cannot be disabled: without an address it leads nowhere.
function allowLink(link) {
  const { needs: permission } = link.dataset;
  link.dataset.to ??= link.getAttribute("href");
  const attributes = may(permission) ? { href: link.dataset.to } : { role: "link", "aria-disabled": "true", title: lack(permission) };
  for (const name of ["href", "role", "aria-disabled", "title"]) {
    name in attributes ? link.setAttribute(name, attributes[name]) : link.removeAttribute(name);
  }
}

function lack(permission) {
  return `Needs the permission ${permission}, which your token lacks.`;
}
