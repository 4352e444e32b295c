// The last ten minutes as four charts. The history is the server's, so a fresh page has it all.

import { ms } from "./format.js";
import { h } from "./dom.js";
import { lineChart } from "./line-chart.js";

const SPAN_SECONDS = 600;

const times = (kind) => [["p50", (b) => busy(b, b[kind].p50)], ["p95", (b) => busy(b, b[kind].p95)], ["p99", (b) => busy(b, b[kind].p99)]];

const CHARTS = [
  ["Occupancy", [["Sessions", (b) => b.sessions], ["In flight, most", (b) => b.in_flight_max]], rounded],
  ["Throughput, per second", [["Acquisitions", (b, s) => b.acquisitions / s], ["Timeouts", (b, s) => b.timeouts / s], ["Rejections", (b, s) => b.rejections / s]], rounded],
  ["Wait for a session", times("wait_ms"), ms],
  ["Latency: use of a session", times("use_ms"), ms],
];

function rounded(value) {
  return String(Math.round(value * 10) / 10);
}

// Without a call there is no duration: a gap, not a zero.
function busy(bucket, value) {
  return bucket.acquisitions > 0 ? value : null;
}

export function charts() {
  const buckets = new Map();
  const plots = CHARTS.map(([title, series, unit]) => lineChart(title, series.map(([label]) => label), unit, SPAN_SECONDS));

  // Adds what is new, forgets what is older than the span.
  function add({ bucket_seconds: length, buckets: fresh }) {
    for (const bucket of fresh) {
      buckets.set(Date.parse(bucket.start) / 1000, bucket);
    }
    const until = Math.max(...buckets.keys(), 0) + length;
    for (const start of buckets.keys()) {
      if (start < until - SPAN_SECONDS) {
        buckets.delete(start);
      }
    }
    const sorted = [...buckets].sort(([a], [b]) => a - b);
    plots.forEach((plot, index) => plot.set(
      sorted.map(([start, bucket]) => ({ at: start, values: CHARTS[index][1].map(([, value]) => value(bucket, length)) })), until, length));
  }
  return { node: h("div", { class: "charts" }, plots.map((plot) => plot.node)), add };
}
