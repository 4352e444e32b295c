// From data to DOM. Text enters as text only.

// Shape and word, not colour alone.
const SIGNS = { healthy: "●", degraded: "◐", unhealthy: "○" };

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) {
    made.className = className;
  }
  return made;
}

function pair(term, value) {
  const group = document.createElement("div");
  group.append(element("dt", term), element("dd", String(value)));
  return group;
}

export function showVersion(version) {
  document.getElementById("version").textContent = version === null ? "" : `${version.version} · ${version.commit} · ${version.runtime}`;
}

export function showHealth(health) {
  document.getElementById("health").replaceChildren(
    pair("Overall health score", health.overall_health_score),
    pair("Total pools", health.total_pools),
    pair("Healthy", health.healthy_pools),
    pair("Degraded", health.degraded_pools),
    pair("Unhealthy", health.unhealthy_pools),
    pair("Total sessions", health.total_sessions),
    pair("Active sessions", health.active_sessions),
  );
}

function row(server, pool) {
  const made = document.createElement("tr");
  const name = element("th", server.name);
  name.scope = "row";
  made.append(
    name,
    element("td", server.url ?? (server.endpoints ?? []).map((endpoint) => endpoint.url).join(", "), "url"),
    pool ? element("td", `${SIGNS[health(pool)]} ${pool.strategy}, ${pool.status}`, health(pool)) : element("td", "off"),
  );
  for (const value of pool ? [pool.health_score, pool.active_sessions, pool.available_sessions, pool.total_sessions] : ["", "", "", ""]) {
    made.append(element("td", String(value), "number"));
  }
  return made;
}

function health(pool) {
  return pool.health_score >= 90 ? "healthy" : pool.health_score >= 70 ? "degraded" : "unhealthy";
}

export function showServers(servers, pools) {
  const byServer = new Map(pools.map((pool) => [pool.server_id, pool]));
  document.getElementById("servers").replaceChildren(...servers.map((server) => row(server, byServer.get(server.id))));
  document.getElementById("no-servers").hidden = servers.length > 0;
}
