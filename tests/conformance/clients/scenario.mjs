// What the conformance suite runs as a client: a client of the official TypeScript SDK, which does what a scenario asks of it,
// before the scenario's server, or before a gateway which has that server as an upstream.
//
//   node scenario.mjs --era legacy|modern [--gateway URL --strategy NAME] SERVER_URL
//
// The suite names the scenario in MCP_CONFORMANCE_SCENARIO. What the client saw goes to standard output, a line each, `end` the last.

import { parseArgs } from "node:util";
import { connect } from "./sdk.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { era: { type: "string" }, gateway: { type: "string" }, strategy: { type: "string" } },
});
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}");
const say = (what, value) => console.log(`${what} ${JSON.stringify(value)}`);

/** Milliseconds for a call; the slowest scenario waits half a second, and one that is known to get no answer must not take a minute. */
const timeout = 15_000;

/** What each scenario asks of a client, beside connecting. */
const scenarios = {
  initialize: listTools,
  "request-metadata": listTools,
  "json-schema-ref-no-deref": listTools,
  tools_call: (client) => callListed(client, { add_numbers: { a: 5, b: 3 } }),
  "elicitation-sep1034-client-defaults": callListed,
  "sse-retry": callListed,
  "sep-2322-client-request-state": callListed,
  // The SDK leaves out of a list what it must not call; of the others each is called.
  "http-invalid-tool-headers": callListed,

  async "http-standard-headers"(client) {
    await callListed(client);
    const { resources } = await client.listResources();
    for (const { uri } of resources) say(uri, (await client.readResource({ uri })).contents);
    const { prompts } = await client.listPrompts();
    for (const { name } of prompts) say(name, (await client.getPrompt({ name })).messages);
  },

  async "http-custom-headers"(client) {
    await listTools(client);
    for (const use of context.toolCalls) await call(client, use.name, use.arguments);
  },

  async "json-schema-2020-12-preservation"(client) {
    const tools = await listTools(client);
    const { inputSchema } = tools.find(({ name }) => name === "json_schema_2020_12_tool");
    await call(client, "json_schema_echo", { schema: inputSchema });
  },
};

async function listTools(client) {
  const { tools } = await client.listTools();
  say("tools", tools.map(({ name }) => name));
  return tools;
}

async function callListed(client, given = {}) {
  for (const { name } of await listTools(client)) await call(client, name, given[name] ?? {});
}

async function call(client, name, given) {
  try {
    const { content, isError = false } = await client.callTool({ name, arguments: given }, { timeout });
    say(name, { content, isError });
  } catch (error) {
    // Some answers are meant to be refused by the client; how it does that must be the same.
    say(name, { refused: error.message });
  }
}

/** What a person says to a form: agrees, and leaves alone what has a default. */
function answer({ requestedSchema }) {
  const asked = Object.entries(requestedSchema.properties).filter(([, { default: preset }]) => preset === undefined);
  return { action: "accept", content: Object.fromEntries(asked.map(([name]) => [name, true])) };
}

async function ask(method, path, body) {
  const response = await fetch(new URL(path, values.gateway), { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

/** Runs with the URL to connect to; through a gateway the server is registered there for as long. */
async function withEndpoint(server, run) {
  if (!values.gateway) return run(server);
  const scenario = process.env.MCP_CONFORMANCE_SCENARIO;
  const { id } = await ask("POST", "/servers", { name: `${scenario} ${process.pid}`, url: server });
  try {
    await ask("PUT", `/servers/${id}/pool/config`, { enabled: true, strategy: values.strategy });
    await run(new URL(`/servers/${id}/mcp`, values.gateway).href);
  } finally {
    // Also ends the gateway's streams, which the scenario's server waits for when it stops.
    await ask("DELETE", `/servers/${id}`);
  }
}

await withEndpoint(positionals[0], async (url) => {
  const client = await connect(url, { sdk: "2", era: values.era, answer });
  await scenarios[process.env.MCP_CONFORMANCE_SCENARIO](client);
  await client.close();
});
console.log("end");
