// What a run through the gateway says otherwise than the direct one.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { here } from "./paths.mjs";

/** Members of a check's details that name this run: a session, an event. */
const ofThisRun = new Set([
  "sessionId",
  "sessionIdSent",
  "lastEventId",
  "lastEventIdUsed",
  "requestState",
  "requestStateSent",
  "requestStateReceived",
  "originalId",
  "retryId",
  "actualDelayMs",
  "subscriptionId",
  "io.modelcontextprotocol/subscriptionId",
]);

/** How long an answer is good for counts down where it is served again, as the revision allows; whether it may be kept at all does not change. */
const countsDown = (name, value) => name === "ttlMs" && value > 0;

/** What remains the same from run to run. */
function lasting(value) {
  return JSON.stringify(value, (name, inner) => (ofThisRun.has(name) || countsDown(name, inner) ? "…" : inner))
    ?.replaceAll(/127\.0\.0\.1:\d+[/\w-]*/g, "URL")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}(_\d+_\w+)?/g, "EVENT");
}

/**
 * The checks of a scenario, each under its id and its turn: ids repeat. What the suite only logs (INFO) says how the other end
 * does things, not whether it does them right.
 */
function byId(checks) {
  const turns = new Map();
  const named = new Map();
  for (const check of checks.filter(({ status }) => status !== "INFO")) {
    const turn = (turns.get(check.id) ?? 0) + 1;
    turns.set(check.id, turn);
    named.set(turn === 1 ? check.id : `${check.id}#${turn}`, check);
  }
  return named;
}

/**
 * [{ scenario, check, what, direct, through }]: a check's verdict, else its message, else what it saw. A bridge is held to the
 * verdicts alone: what it is compared with is another server.
 */
export function compare(direct, through, { bridged }) {
  const differences = [];
  for (const scenario of new Set([...direct.keys(), ...through.keys()])) {
    const left = byId(direct.get(scenario) ?? []);
    const right = byId(through.get(scenario) ?? []);
    for (const check of new Set([...left.keys(), ...right.keys()])) {
      const [one, other] = [left.get(check), right.get(check)];
      const aspects = [
        ["verdict", one?.status ?? "absent", other?.status ?? "absent"],
        ["message", lasting(one?.errorMessage), lasting(other?.errorMessage)],
        ["details", lasting(one?.details), lasting(other?.details)],
      ];
      const differing = aspects.slice(0, bridged ? 1 : 3).find(([, a, b]) => a !== b);
      if (differing) {
        const message = other?.errorMessage ?? one?.errorMessage;
        differences.push({ scenario, check, what: differing[0], direct: differing[1], through: differing[2], message });
      }
    }
  }
  return differences;
}

/**
 * The differences a file explains. An entry fits where all it names is so; what it leaves out, it is for all of. `checks` are
 * several with one reason.
 */
export function readKnown(file) {
  const entries = JSON.parse(readFileSync(join(here, file), "utf8"))
    .flatMap(({ checks, check, ...entry }) => (checks ?? [check]).map((each) => ({ ...entry, check: each })));
  const used = new Set();
  const fits = ({ reason, ...entry }, given) => Object.entries(entry).every(([name, value]) => given[name] === value);
  return {
    /** The reason a difference is listed with; undefined when it is not listed. */
    reasonFor(difference, run) {
      const { scenario, check, what } = difference;
      const entry = entries.find((each) => fits(each, { ...run, scenario, check, what }));
      if (entry) used.add(entry);
      return entry?.reason;
    },

    /** What is listed for such a run and was asked for by none. */
    unused: (run) => entries.filter((entry) => Object.entries(run).every(([name, value]) => entry[name] === value) && !used.has(entry)),
  };
}

export function show({ scenario, check, what, direct, through, message }, scored, reason) {
  const head = `  ${reason ? "known" : "DIFFERS"}: ${scenario} / ${check}${scored ? "" : " (not scored)"}, ${what}`;
  const shorten = (text) => (text ?? "none").slice(0, 600);
  if (reason) return `${head}: ${reason}`;
  const lines = [head, `    direct:  ${shorten(direct)}`, `    gateway: ${shorten(through)}`];
  if (what === "verdict" && message) lines.push(`    says:    ${shorten(message)}`);
  return lines.join("\n");
}
