// The official conformance suite against an upstream directly and through the gateway, compared check by check. See README.md.
//
//   node tests/conformance/run.mjs [--requirements 2025-11-25] [--upstream legacy] [--strategies round_robin,…]
//
// Exit codes: 0 nothing differs but what known-differences.json explains; 1 something else does, or a run did not come to an end;
// 2 wrong arguments; 3 this machine cannot run it (no npm, no gateway), and why.

import { parseArgs } from "node:util";
import { compare, readKnown, show } from "./harness/compare.mjs";
import { startGateway } from "./harness/gateway.mjs";
import { install, Unable } from "./harness/install.mjs";
import { endAll } from "./harness/processes.mjs";
import { isScored, runSuite, strategies, tally } from "./harness/suite.mjs";
import { names, nativeOf, referenceFor, revisions, startUpstream } from "./harness/upstream.mjs";

/** All of it. The slowest run seen, five strategies on a machine with eight times its load, took 100 s. */
const limit = AbortSignal.timeout(600_000);

async function main({ requirements, upstream = nativeOf(requirements), strategies: wanted }) {
  await install(limit);
  // What is right is what an upstream that speaks the revision says directly, also where the gateway bridges to one that does not.
  const reference = referenceFor(requirements, upstream);
  console.log(`requirements ${requirements}, direct to the ${reference} upstream`);
  const direct = await runSuite(await startUpstream(reference, limit), requirements, "direct", limit);
  console.log(`  ${tally(direct)}`);

  // Two, because `weighted` needs something to weigh; the others have them too.
  const endpoints = [await startUpstream(upstream, limit), await startUpstream(upstream, limit)];
  const gateway = await startGateway(limit);
  const known = readKnown("known-differences.json");
  let unexplained = 0;
  for (const strategy of wanted) {
    console.log(`through the gateway, two ${upstream} upstreams, strategy ${strategy}, isolation auto`);
    const url = await gateway.register(endpoints, strategy);
    const through = await runSuite(url, requirements, `${upstream}-${strategy}`, limit);
    console.log(`  ${tally(through)}`);
    const differences = compare(direct, through, { bridged: reference !== upstream });
    if (differences.length === 0) console.log("  identical, check by check");
    for (const difference of differences) {
      const reason = known.reasonFor(difference, { requirements, upstream, strategy });
      unexplained += reason ? 0 : 1;
      console.log(show(difference, isScored(requirements, difference.scenario), reason));
    }
  }

  console.log(unexplained === 0 ? "no unexplained difference" : `${unexplained} unexplained differences`);
  return unexplained === 0 ? 0 : 1;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        requirements: { type: "string", default: "2025-11-25" },
        upstream: { type: "string" },
        strategies: { type: "string", default: strategies.join() },
      },
    });
    const wanted = values.strategies.split(",");
    const wrong = wanted.find((name) => !strategies.includes(name));
    if (wrong !== undefined) throw new Error(`${wrong} is no strategy: ${strategies.join()}`);
    if (!revisions.includes(values.requirements)) throw new Error(`--requirements is one of ${revisions.join()}`);
    if (values.upstream && !names.includes(values.upstream)) throw new Error(`--upstream is one of ${names.join()}`);
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
