// Figures and times, for people.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const finer = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function count(value) {
  return whole.format(value);
}

export function percent(share) {
  return `${fine.format(share * 100)} %`;
}

export function ms(value) {
  return value >= 1000 ? `${finer.format(value / 1000)} s` : `${value >= 100 ? whole.format(value) : fine.format(value)} ms`;
}

export function seconds(value) {
  const s = Math.round(value);
  if (s < 60) {
    return `${s} s`;
  }
  if (s < 3600) {
    return `${Math.floor(s / 60)} min ${s % 60} s`;
  }
  return s < 86400 ? `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min` : `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

export function bytes(value) {
  return value < 1e6 ? `${fine.format(value / 1e3)} KB` : `${fine.format(value / 1e6)} MB`;
}

export function timeOf(at) {
  return clock.format(new Date(at));
}

// Local time, sortable by eye: 2026-11-27 08:55:11.
export function dateTime(at) {
  const date = new Date(at);
  const pad = (part) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${timeOf(date)}`;
}

// A wire name as a label: least_connections → Least connections.
export function words(name) {
  const spaced = String(name ?? "–").replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export function short(value) {
  return value === null || value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);
}

// What differs between two objects, one line a value, those of objects inside as well: [name, before, after].
export function differences(before, after) {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names]
    .filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
    .flatMap((name) => {
      const [a, b] = [before?.[name], after?.[name]];
      return [a, b].some(hasMembers) ? differences(a, b).map(([inner, ...values]) => [`${name} ${inner}`, ...values]) : [[name, short(a), short(b)]];
    });
}

function hasMembers(value) {
  return value?.constructor === Object;
}

// Where a server is: its URLs, or the command that is run.
export function address(server) {
  return server.transport === "stdio" ? [server.command, ...server.args].join(" ") : server.endpoints.map((endpoint) => endpoint.url).join(", ");
}
