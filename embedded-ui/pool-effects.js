// What saving a pool's configuration does to the sessions that are open.

const PLAIN = { strategy: "Strategy", isolation: "Session sharing" };

export function effects(before, after, stats) {
  const open = stats?.total_sessions ?? 0;
  const said = [];
  if (!before.enabled && after.enabled) {
    said.push(after.strategy === "none" ? "The pool opens no stock: each client gets a session when it comes." : `${sessions(after.size)} will open.`);
  } else if (before.enabled && !after.enabled) {
    said.push(`The pool is drained: ${sessions(open)} will close. Traffic goes on without a pool.`);
  } else if (before.enabled) {
    said.push(...resized(after, stats, open), ...replaced(before, after));
  }
  return said;
}

function resized(after, stats, open) {
  const pooled = open - (stats?.bound_sessions ?? 0);
  const idle = Math.min(stats?.available_sessions ?? 0, pooled - after.size);
  if (after.strategy === "none") {
    return [];
  }
  if (idle > 0) {
    return [`${sessions(idle, "idle ")} will close.`];
  }
  return stats && after.size > pooled ? [`${sessions(after.size - pooled)} will open.`] : [];
}

function replaced(before, after) {
  return Object.entries(PLAIN)
    .filter(([name]) => before[name] !== after[name])
    .map(([name, label]) => `${label}: ${word(before[name])} becomes ${word(after[name])}, from the next request on.`);
}

function word(name) {
  return name.replaceAll("_", " ");
}

function sessions(n, kind = "") {
  return `${n} ${kind}${n === 1 ? "session" : "sessions"}`;
}
