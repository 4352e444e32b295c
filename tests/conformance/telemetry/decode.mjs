// Reads on standard input what the gateway sent to a collector, and prints it as JSON, decoded by OpenTelemetry's own code:
//   decode.mjs metrics      an ExportMetricsServiceRequest, as protobuf
//   decode.mjs traces       an ExportTraceServiceRequest, as protobuf

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

async function input() {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The official protocol's generated types, which the package keeps to itself. */
function otlp() {
  const root = require.resolve("@opentelemetry/otlp-transformer").replace(/build[/\\].*$/, "build/src/generated/root.js");
  return require(root).opentelemetry.proto.collector;
}

const decoders = {
  metrics: (bytes) => plain(otlp().metrics.v1.ExportMetricsServiceRequest, bytes),
  traces: (bytes) => plain(otlp().trace.v1.ExportTraceServiceRequest, bytes),
};

function plain(type, bytes) {
  return type.toObject(type.decode(bytes), { longs: String, bytes: String, enums: String });
}

const decode = decoders[process.argv[2]];
if (!decode) {
  console.error(`usage: decode.mjs ${Object.keys(decoders).join("|")}`);
  process.exit(2);
}
console.log(JSON.stringify(decode(await input())));
