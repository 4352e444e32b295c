// The suite's scenarios for clients: it starts a server for each, and runs the command it is given with that server's URL.

import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { node } from "./install.mjs";
import { artifacts, repository } from "./paths.mjs";
import { runToEnd } from "./processes.mjs";
import { suite } from "./suite.mjs";

const index = join(suite, "dist", "index.js");

/** The suite's servers would listen on every interface. */
const loopback = ["--import", pathToFileURL(join(repository, "tests", "node", "loopback.mjs")).href];

/** For one scenario, in milliseconds; the slowest one waits half a second. */
const limit = 60_000;

/** The scenarios a revision has for clients. */
export async function clientScenarios(requirements, signal) {
  const { output } = await runToEnd(node, [index, "list", "--client", "--requirements", requirements], { signal });
  // What is listed without being required says so behind its name.
  const [, clients = ""] = output.split("Client scenarios");
  const required = [...clients.matchAll(/^ {2}- (\S+)$/gm)].map(([, name]) => name);
  const unscored = [...clients.matchAll(/^ {4}- (\S+) \[client\]$/gm)].map(([, name]) => name);
  if (required.length === 0) throw new Error(`the suite lists nothing for ${requirements}:\n${output}`);
  return [...required, ...unscored];
}

/** Runs them with a client's command; resolves with scenario → its checks, and what the client itself says as one of them. */
export async function runClientSuite(scenarios, command, requirements, name, signal) {
  const folder = join(artifacts, "results", "clients", requirements, name);
  await rm(folder, { recursive: true, force: true });
  const checks = new Map();
  for (const scenario of scenarios) {
    const args = ["client", "--scenario", scenario, "--spec-version", requirements, "--timeout", `${limit}`, "-o", folder, "--command", command];
    const { output } = await runToEnd(node, [...loopback, index, ...args], { signal, limit: limit + 10_000 });
    checks.set(scenario, await readChecks(folder, scenario, output));
  }
  return checks;
}

async function readChecks(folder, scenario, output) {
  const entry = (await readdir(folder).catch(() => [])).find((each) => each.startsWith(`${scenario}-2`));
  const file = (name) => join(folder, entry ?? "", name);
  if (!existsSync(file("checks.json"))) return [{ id: "(the scenario itself)", status: "FAILURE", errorMessage: output.slice(-600) }];
  const said = await readFile(file("stdout.txt"), "utf8");
  const complained = await readFile(file("stderr.txt"), "utf8");
  const ended = said.endsWith("\nend\n");
  const client = { id: "(the client)", status: ended ? "SUCCESS" : "FAILURE", errorMessage: ended ? undefined : complained.slice(0, 600), details: said };
  return [client, ...worstOfEach(JSON.parse(await readFile(file("checks.json"), "utf8")))];
}

const severity = ["INFO", "SKIPPED", "SUCCESS", "WARNING", "FAILURE"];

/**
 * One verdict for all the times the same is checked, as the suite itself has it where it judges a check: how often a gateway lists or
 * shakes hands is its own affair.
 */
function worstOfEach(checks) {
  const worst = new Map();
  for (const check of checks) {
    const id = check.name && check.name !== check.id ? `${check.id} ${check.name}` : check.id;
    const before = worst.get(id);
    if (!before || severity.indexOf(check.status) > severity.indexOf(before.status)) worst.set(id, { ...check, id });
  }
  return [...worst.values()];
}
