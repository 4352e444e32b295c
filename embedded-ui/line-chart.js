// A line chart as SVG: themed by the stylesheet, sharp at any size, with the values under the pointer in its legend.

import { h, svg, text } from "./dom.js";

const HEIGHT = 150;
const LEFT = 52;
const BOTTOM = 20;
const TOP = 6;

// `unit` turns a value into text; `span` is the width in seconds.
export function lineChart(title, labels, unit, span) {
  const values = labels.map(() => h("b", {}, "–"));
  const keys = h("figcaption", {}, h("span", { class: "title" }, title),
    labels.map((label, index) => h("span", { class: `key line-${index + 1}` }, `${label} `, values[index])));
  const grid = svg("g", { class: "grid" });
  const lines = labels.map((_, index) => svg("path", { class: `line line-${index + 1}` }));
  const marker = svg("path", { class: "marker" });
  const plot = svg("svg", { role: "img", "aria-label": title }, grid, marker, lines);
  let width = 480;
  let points = [];
  let until = 0;
  let bucket = 1;
  let pointed = null;

  const x = (at) => LEFT + ((at - until + span) / span) * (width - LEFT);

  function set(all, end, length) {
    points = all;
    until = end;
    bucket = length;
    draw();
  }

  function draw() {
    const most = niceCeiling(points.reduce((top, point) => Math.max(top, ...point.values), 0));
    const y = (value) => HEIGHT - BOTTOM - (value / most) * (HEIGHT - BOTTOM - TOP);
    grid.replaceChildren(...axes(most, y));
    lines.forEach((line, index) => line.setAttribute("d", path(index, y)));
    legend();
  }

  // Lines break where there is no value and where buckets are missing; a lonely value is a dot.
  function path(index, y) {
    let drawn = "";
    let last = -Infinity;
    for (const { at, values: { [index]: value } } of points) {
      if (value === null) {
        continue;
      }
      const point = `${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      drawn += at - last <= bucket * 1.5 ? `L${point}` : `M${point}h.01`;
      last = at;
    }
    return drawn;
  }

  function axes(most, y) {
    const across = [0, most / 2, most].flatMap((value) => [
      svg("path", { d: `M${LEFT} ${y(value)}H${width}` }),
      svg("text", { x: LEFT - 6, y: y(value) + 4, class: "right" }, unit(value)),
    ]);
    const ticks = width < 360 ? 2 : 5;
    const down = Array.from({ length: ticks }, (_, index) => {
      const ago = (span / ticks) * (ticks - index);
      return svg("text", { x: x(until - ago), y: HEIGHT - 4 }, `−${Math.round(ago / 60)} min`);
    });
    return [...across, ...down];
  }

  // The values of the bucket under the pointer, else of the latest.
  function legend() {
    const point = pointed === null ? points.at(-1) : points.reduce((near, one) => (Math.abs(x(one.at) - pointed) < Math.abs(x(near.at) - pointed) ? one : near), points[0]);
    values.forEach((node, index) => text(node, point && point.values[index] !== null ? unit(point.values[index]) : "–"));
    marker.setAttribute("d", pointed !== null && point ? `M${x(point.at)} ${TOP}V${HEIGHT - BOTTOM}` : "");
    plot.setAttribute("aria-label", `${title}; latest: ${labels.map((label, index) => `${label} ${values[index].textContent}`).join(", ")}`);
  }

  plot.addEventListener("pointermove", (event) => {
    const box = plot.getBoundingClientRect();
    pointed = event.clientX - box.left;
    legend();
  });
  plot.addEventListener("pointerleave", () => {
    pointed = null;
    legend();
  });
  // One unit is one pixel, so that the text is as large as all other text.
  new ResizeObserver(() => {
    width = Math.max(200, plot.clientWidth);
    plot.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    draw();
  }).observe(plot);
  return { node: h("figure", {}, keys, plot), set };
}

// An axis people can read, also at its half.
function niceCeiling(value) {
  if (value <= 1) {
    return 1;
  }
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].find((step) => step * magnitude >= value) * magnitude;
}
