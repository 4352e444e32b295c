// What a client of the official TypeScript SDK sees of the servers in ../upstreams, as one line of JSON:
//
//   node talk.mjs URL --sdk 1|2 --era legacy|modern     with the token, if any, in MCP_TOKEN

import { parseArgs } from "node:util";
import { connect } from "./sdk.mjs";

const { positionals, values } = parseArgs({ allowPositionals: true, options: { sdk: { type: "string" }, era: { type: "string" } } });
const asked = [];
const answer = ({ message, requestedSchema }) => {
  asked.push({ message, requestedSchema });
  return { action: "accept", content: { username: "ada", email: "ada@example.com" } };
};

const client = await connect(positionals[0], { ...values, token: process.env.MCP_TOKEN, answer });
const call = async (name, given = {}) => (await client.callTool({ name, arguments: given })).content[0].text;
const seen = {
  server: client.getServerVersion(),
  tools: (await client.listTools()).tools.map(({ name }) => name),
  prompts: (await client.listPrompts()).prompts.map(({ name }) => name),
  text: await call("test_simple_text"),
  elicited: await call("test_elicitation", { message: "Who are you?" }),
  asked,
};
await client.close();
console.log(JSON.stringify(seen));
