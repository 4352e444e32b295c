// One run of the official suite, as a list of checks.

import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { node } from "./install.mjs";
import { artifacts } from "./paths.mjs";
import { runToEnd } from "./processes.mjs";

export const suite = join(artifacts, "node_modules", "@modelcontextprotocol", "conformance");

export const strategies = ["round_robin", "least_connections", "sticky", "weighted", "none"];

/** For one run; half a minute is much. */
const limit = 240_000;

/** What a scenario leaves that broke off before it wrote its checks. */
const brokenOff = [{ id: "(the scenario itself)", status: "FAILURE", errorMessage: "broke off before its checks" }];

/** Runs what a revision requires; resolves with scenario → its checks, in the order of the run. */
export async function runSuite(url, requirements, name, signal) {
  const folder = join(artifacts, "results", requirements, name);
  await rm(folder, { recursive: true, force: true });
  const ran = await runToEnd(node, [join(suite, "dist", "index.js"), "server", "--url", url, "--requirements", requirements, "-o", folder], {
    signal,
    limit,
  });
  const scenarios = new Map();
  for (const entry of await readdir(folder).catch(() => [])) {
    const scenario = /^server-(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(entry)?.[1];
    const checks = join(folder, entry, "checks.json");
    if (scenario) scenarios.set(scenario, existsSync(checks) ? JSON.parse(await readFile(checks, "utf8")) : brokenOff);
  }
  // Its exit code is 1 when a check fails, which is for the comparison to judge; the summary says that it came to its end.
  if (scenarios.size === 0 || !ran.output.includes("=== SUMMARY ===")) throw new Error(`the suite ended with ${ran.code}:\n${ran.output.slice(-2000)}`);
  return scenarios;
}

export function isScored(requirements, scenario) {
  const [, unscored = ""] = readFileSync(join(suite, "requirements", `${requirements}.yaml`), "utf8").split(/^not_scored:/m);
  return !unscored.split("\n").some((line) => line.trim() === `- scenario: ${scenario}`);
}

export function tally(scenarios) {
  const checks = [...scenarios.values()].flat();
  const count = (...statuses) => checks.filter(({ status }) => statuses.includes(status)).length;
  const warned = count("WARNING");
  return `${scenarios.size} scenarios: ${count("SUCCESS")} checks passed, ${count("FAILURE")} failed, ${count("SKIPPED")} skipped${warned ? `, ${warned} warned` : ""}`;
}
