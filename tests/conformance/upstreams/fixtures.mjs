// What the conformance suite expects a server to offer, written once for both eras. A tool or prompt runs straight through and
// talks to its caller by way of `talk`; how that reaches the wire is the business of legacy.mjs and modern.mjs:
//
//   talk.log(text)          a log message at level info
//   talk.log.asked(text)    the same, but only when the caller asked for logs with this request
//   talk.progress(n)        progress n of 100, when the caller gave a token
//   talk.ask(inputs, how)   what the caller (a user, its model) answers; inputs and answers have the same keys
//   talk.capabilities       what the caller says it can do
//   talk.changed(what)      tells who listens that the list of tools or prompts changed
//   talk.cutStream()        ends the response's stream before the response
//
// `how.sealed`: the state between the rounds goes out sealed in `requestState` (modern only; a legacy server keeps it).

import { setTimeout as sleep } from "node:timers/promises";

/** One red pixel, and 44 bytes of silence. */
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const wav = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

const text = (value) => ({ type: "text", text: value });
const says = (value) => ({ content: [text(value)] });
const strings = (...names) => ({
  type: "object",
  properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
  required: names,
});
const nothing = { type: "object", properties: {} };

const elicit = (message, requestedSchema) => ({ method: "elicitation/create", params: { mode: "form", message, requestedSchema } });
const sample = (prompt, maxTokens) => ({
  method: "sampling/createMessage",
  params: { messages: [{ role: "user", content: text(prompt) }], maxTokens },
});
const roots = { method: "roots/list", params: {} };
const accepted = (answer) => `action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`;

const choices = (...pairs) => pairs.map(([value, title]) => ({ const: value, title }));

const plain = {
  test_simple_text: says("This is a simple text response for testing."),
  test_image_content: { content: [{ type: "image", data: png, mimeType: "image/png" }] },
  test_audio_content: { content: [{ type: "audio", data: wav, mimeType: "audio/wav" }] },
  test_embedded_resource: {
    content: [
      {
        type: "resource",
        resource: { uri: "test://embedded-resource", mimeType: "text/plain", text: "This is an embedded resource content." },
      },
    ],
  },
  test_multiple_content_types: {
    content: [
      text("Multiple content types test:"),
      { type: "image", data: png, mimeType: "image/png" },
      {
        type: "resource",
        resource: { uri: "test://mixed-content-resource", mimeType: "application/json", text: '{"test":"data","value":123}' },
      },
    ],
  },
  test_error_handling: { isError: true, ...says("This tool intentionally returns an error for testing") },
  test_streaming_elicitation: says("Nothing but this result is on the stream."),
};

const talking = {
  async test_tool_with_logging(_, talk) {
    await talk.log("Tool execution started");
    await sleep(50);
    await talk.log("Tool processing data");
    await sleep(50);
    await talk.log("Tool execution completed");
    return says("Tool with logging executed successfully");
  },

  async test_tool_with_progress(_, talk) {
    for (const done of [0, 50, 100]) {
      await talk.progress(done);
      await sleep(done < 100 ? 50 : 0);
    }
    return says("Tool with progress executed successfully");
  },

  async test_logging_tool(_, talk) {
    await talk.log.asked("test_logging_tool ran");
    return says("logged, if that was asked for");
  },

  async test_reconnection(_, talk) {
    talk.cutStream();
    await sleep(100);
    return says("The stream was cut and the client came back for this.");
  },

  async test_elicitation_sep1034_defaults(_, talk) {
    const { form } = await talk.ask({
      form: elicit("Please review and update the form fields with defaults", {
        type: "object",
        properties: {
          name: { type: "string", default: "John Doe" },
          age: { type: "integer", default: 30 },
          score: { type: "number", default: 95.5 },
          status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
          verified: { type: "boolean", default: true },
        },
      }),
    });
    return says(`Elicitation completed: ${accepted(form)}`);
  },

  async test_elicitation_sep1330_enums(_, talk) {
    const plainChoices = ["option1", "option2", "option3"];
    const { form } = await talk.ask({
      form: elicit("Please select options from the enum fields", {
        type: "object",
        properties: {
          untitledSingle: { type: "string", enum: plainChoices },
          titledSingle: { type: "string", oneOf: choices(["value1", "First Option"], ["value2", "Second Option"], ["value3", "Third Option"]) },
          legacyEnum: { type: "string", enum: ["opt1", "opt2", "opt3"], enumNames: ["Option One", "Option Two", "Option Three"] },
          untitledMulti: { type: "array", items: { type: "string", enum: plainChoices } },
          titledMulti: {
            type: "array",
            items: { anyOf: choices(["value1", "First Choice"], ["value2", "Second Choice"], ["value3", "Third Choice"]) },
          },
        },
      }),
    });
    return says(`Elicitation completed: ${accepted(form)}`);
  },

  async test_input_required_result_elicitation(_, talk) {
    const { user_name } = await talk.ask({ user_name: elicit("What is your name?", strings("name")) });
    return says(`Hello, ${user_name.content?.name}!`);
  },

  async test_input_required_result_sampling(_, talk) {
    const { capital_question } = await talk.ask({ capital_question: sample("What is the capital of France?", 100) });
    return says(`The model says: ${capital_question.content?.text}`);
  },

  async test_input_required_result_list_roots(_, talk) {
    const { client_roots } = await talk.ask({ client_roots: roots });
    return says(`Roots: ${client_roots.roots.map((root) => root.uri).join(", ")}`);
  },

  async test_input_required_result_request_state(_, talk) {
    await talk.ask({ confirm: elicit("Please confirm", { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] }) }, { sealed: true });
    return says("state-ok");
  },

  async test_input_required_result_tampered_state(_, talk) {
    await talk.ask({ confirm: elicit("Please confirm", { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] }) }, { sealed: true });
    return says("integrity-ok");
  },

  async test_input_required_result_multiple_inputs(_, talk) {
    const { user_name, greeting, client_roots } = await talk.ask(
      {
        user_name: elicit("What is your name?", strings("name")),
        greeting: sample("Generate a greeting", 50),
        client_roots: roots,
      },
      { sealed: true },
    );
    return says(`${greeting.content?.text} ${user_name.content?.name} (${client_roots.roots.length} roots)`);
  },

  async test_input_required_result_multi_round(_, talk) {
    const { step1 } = await talk.ask({ step1: elicit("Step 1: What is your name?", strings("name")) }, { sealed: true });
    const { step2 } = await talk.ask({ step2: elicit("Step 2: What is your favorite color?", strings("color")) }, { sealed: true });
    return says(`${step1.content?.name} likes ${step2.content?.color}`);
  },

  async test_input_required_result_capabilities(_, talk) {
    const inputs = {};
    if (talk.capabilities.elicitation) inputs.user_name = elicit("What is your name?", strings("name"));
    if (talk.capabilities.sampling) inputs.greeting = sample("Generate a greeting", 50);
    const answers = Object.keys(inputs).length === 0 ? {} : await talk.ask(inputs);
    return says(`answered: ${Object.keys(answers).join(", ")}`);
  },

  async test_missing_capability(_, talk) {
    const { answer } = await talk.ask({ answer: sample("Say pong", 16) });
    return says(`The model says: ${answer.content?.text}`);
  },

  async test_trigger_tool_change(_, talk) {
    await talk.changed("tools");
    return says("changed");
  },

  async test_trigger_prompt_change(_, talk) {
    await talk.changed("prompts");
    return says("changed");
  },
};

const withArguments = {
  test_sampling: {
    inputSchema: strings("prompt"),
    async run({ prompt }, talk) {
      const { answer } = await talk.ask({ answer: sample(prompt, 100) });
      return says(`LLM response: ${answer.content?.text}`);
    },
  },
  test_elicitation: {
    inputSchema: strings("message"),
    async run({ message }, talk) {
      const { form } = await talk.ask({ form: elicit(message, strings("username", "email")) });
      return says(`User response: ${accepted(form)}`);
    },
  },
  test_x_mcp_header: {
    inputSchema: { type: "object", properties: { region: { type: "string", "x-mcp-header": "Region" }, level: { type: "integer" } } },
    run: async ({ region }) => says(`region=${region}`),
  },
  json_schema_2020_12_tool: {
    inputSchema: {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      $defs: {
        address: { $anchor: "addressDef", type: "object", properties: { street: { type: "string" }, city: { type: "string" } } },
      },
      properties: {
        name: { type: "string" },
        address: { $ref: "#/$defs/address" },
        contactMethod: { type: "string", enum: ["phone", "email"] },
        phone: { type: "string" },
        email: { type: "string" },
      },
      allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
      if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
      then: { required: ["phone"] },
      else: { required: ["email"] },
      additionalProperties: false,
    },
    run: async (given) => says(JSON.stringify(given)),
  },
};

/** Name → { inputSchema, run(arguments, talk) }. */
export const tools = new Map([
  ...Object.entries(plain).map(([name, result]) => [name, { inputSchema: nothing, run: async () => result }]),
  ...Object.entries(talking).map(([name, run]) => [name, { inputSchema: nothing, run }]),
  ...Object.entries(withArguments),
]);

export const describe = (name) => `Fixture ${name} of the conformance suite`;

export const listedTools = [...tools].map(([name, { inputSchema }]) => ({ name, description: describe(name), inputSchema }));

const user = (content) => ({ role: "user", content });
const argument = (name) => ({ name, description: `Argument ${name}`, required: true });

/** Name → { arguments, render(arguments, talk) }. */
export const prompts = new Map(
  Object.entries({
    test_simple_prompt: { arguments: [], render: async () => [user(text("This is a simple prompt for testing."))] },
    test_prompt_with_arguments: {
      arguments: [argument("arg1"), argument("arg2")],
      render: async ({ arg1, arg2 }) => [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
    },
    test_prompt_with_embedded_resource: {
      arguments: [argument("resourceUri")],
      render: async ({ resourceUri }) => [
        user({ type: "resource", resource: { uri: resourceUri, mimeType: "text/plain", text: "Embedded resource content for testing." } }),
        user(text("Please process the embedded resource above.")),
      ],
    },
    test_prompt_with_image: {
      arguments: [],
      render: async () => [user({ type: "image", data: png, mimeType: "image/png" }), user(text("Please analyze the image above."))],
    },
    test_input_required_result_prompt: {
      arguments: [],
      async render(_, talk) {
        const { user_context } = await talk.ask({ user_context: elicit("What context should the prompt use?", strings("context")) });
        return [user(text(`Use this context: ${user_context.content?.context}`))];
      },
    },
  }),
);

export const listedPrompts = [...prompts].map(([name, prompt]) => ({ name, description: describe(name), arguments: prompt.arguments }));

const resources = new Map([
  ["test://static-text", { mimeType: "text/plain", text: "This is the content of the static text resource." }],
  ["test://static-binary", { mimeType: "image/png", blob: png }],
  ["test://watched-resource", { mimeType: "text/plain", text: "Watched resource content" }],
]);

export const listedResources = [...resources].map(([uri, { mimeType }]) => ({ uri, name: uri.slice(7), description: describe(uri), mimeType }));

export const listedTemplates = [
  { uriTemplate: "test://template/{id}/data", name: "template", description: "A fixture of the conformance suite", mimeType: "application/json" },
];

/** The contents of a resource; undefined when there is none. */
export function readResource(uri) {
  const found = resources.get(uri);
  if (found) return [{ uri, ...found }];
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  return id && [{ uri, mimeType: "application/json", text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }];
}

export const serverInfo = { name: "conformance-fixtures", version: "1.0.0" };

export const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  completions: {},
};
