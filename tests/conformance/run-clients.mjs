// The official suite's scenarios for clients, with an official client connected directly and through the gateway, compared check by
// check: the gateway is a client too, of its upstreams. See README.md.
//
//   node tests/conformance/run-clients.mjs [--requirements 2025-11-25] [--client legacy] [--strategies round_robin,none]
//
// Exit codes as run.mjs.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { clientScenarios, runClientSuite } from "./harness/client-suite.mjs";
import { compare, readKnown, show } from "./harness/compare.mjs";
import { startGateway } from "./harness/gateway.mjs";
import { install, node, Unable } from "./harness/install.mjs";
import { artifacts } from "./harness/paths.mjs";
import { endAll } from "./harness/processes.mjs";
import { isScored, strategies, tally } from "./harness/suite.mjs";
import { nativeOf, revisions } from "./harness/upstream.mjs";

/** All of it: half a minute on an idle machine. */
const limit = AbortSignal.timeout(600_000);

/** They try a client's sign-in at the server it talks to, which is the gateway here: it signs in upstream with what an admin registered. */
const isSignIn = (scenario) => scenario.startsWith("auth/");

async function main({ requirements, client = nativeOf(requirements), strategies: wanted }) {
  await install(limit);
  const all = await clientScenarios(requirements, limit);
  const scenarios = all.filter((scenario) => !isSignIn(scenario));
  const script = join(artifacts, "clients", "scenario.mjs");
  const command = (era, ...more) => [node, script, "--era", era, ...more].join(" ");

  // What is right is what a client that speaks the scenario's revision does directly, also where the one behind the gateway speaks another.
  const native = nativeOf(requirements);
  console.log(`requirements ${requirements}, a ${native} client, directly`);
  const direct = await runClientSuite(scenarios, command(native), requirements, "direct", limit);
  console.log(`  ${tally(direct)}; ${all.length - scenarios.length} scenarios of sign-in left out`);

  const known = readKnown("known-client-differences.json");
  const gateway = await startGateway(limit);
  let unexplained = 0;
  for (const strategy of wanted) {
    console.log(`a ${client} client, through the gateway, strategy ${strategy}`);
    const through = await runClientSuite(scenarios, command(client, "--gateway", gateway.url, "--strategy", strategy), requirements, `${client}-${strategy}`, limit);
    console.log(`  ${tally(through)}`);
    const differences = compare(direct, through, { bridged: false });
    if (differences.length === 0) console.log("  identical, check by check");
    for (const difference of differences) {
      const reason = known.reasonFor(difference, { requirements, client });
      unexplained += reason ? 0 : 1;
      console.log(show(difference, isScored(requirements, difference.scenario), reason));
    }
  }

  // A difference that is gone must not hide the next one of its name. Some are the pool's alone.
  const stale = wanted.some((strategy) => strategy !== "none") ? known.unused({ requirements, client }) : [];
  for (const { scenario, check } of stale) console.log(`  STALE: ${scenario ?? "any"} / ${check} no longer differs; remove it from known-client-differences.json`);
  console.log(unexplained + stale.length === 0 ? "no unexplained difference" : `${unexplained} unexplained differences, ${stale.length} stale explanations`);
  return unexplained + stale.length === 0 ? 0 : 1;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        requirements: { type: "string", default: "2025-11-25" },
        client: { type: "string" },
        strategies: { type: "string", default: "round_robin,none" },
      },
    });
    const wanted = values.strategies.split(",");
    const wrong = wanted.find((name) => !strategies.includes(name));
    if (wrong !== undefined) throw new Error(`${wrong} is no strategy: ${strategies.join()}`);
    if (!revisions.includes(values.requirements)) throw new Error(`--requirements is one of ${revisions.join()}`);
    if (values.client && !["legacy", "modern"].includes(values.client)) throw new Error("--client is one of legacy,modern");
    return { ...values, strategies: wanted };
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => endAll().then(() => process.exit(1)));

const values = readArguments();
try {
  process.exitCode = await main(values);
} catch (error) {
  console.error(error instanceof Unable ? `cannot run: ${error.message}` : (error.stack ?? error));
  process.exitCode = error instanceof Unable ? 3 : 1;
} finally {
  await endAll();
}
