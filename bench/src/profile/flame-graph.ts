/** Stacks as a flame graph: a box for each call, as wide as the share of samples that it was in, what it called on top. Pure. */
import { escaped } from "../report/escape.js";
import type { Stack } from "./folded.js";

const WIDTH = 1_400;
const ROW = 17;
/** Narrower boxes cannot be seen. */
const BOX_WIDTH_MIN = 0.4;
const CHARACTER_WIDTH = 6.4;
const TEXT_WIDTH_MIN = 30;
const HEAD = 28;

interface Node {
  readonly name: string;
  count: number;
  readonly children: Map<string, Node>;
}

export function flameGraphSvg(title: string, stacks: readonly Stack[]): string {
  const root: Node = { name: "all", count: 0, children: new Map() };
  for (const stack of stacks) add(root, stack);
  const depth = depthOf(root);
  const height = HEAD + depth * ROW + 4;
  const boxes: string[] = [];
  draw(root, 0, 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="11">`,
    `<rect width="100%" height="100%" fill="#0b0e13"/>`,
    `<text x="8" y="18" fill="#e3e9f0" font-size="13">${escaped(title)}, ${root.count} samples</text>`,
    ...boxes,
    "</svg>\n",
  ].join("\n");

  function draw(node: Node, level: number, first: number): void {
    const width = (node.count / Math.max(1, root.count)) * WIDTH;
    if (width < BOX_WIDTH_MIN) return;
    const [x, y] = [(first / Math.max(1, root.count)) * WIDTH, height - (level + 1) * ROW - 4];
    const share = ((node.count / Math.max(1, root.count)) * 100).toFixed(1);
    const text = width < TEXT_WIDTH_MIN ? "" : node.name.slice(0, Math.floor((width - 6) / CHARACTER_WIDTH));
    boxes.push(
      `<g><title>${escaped(node.name)}: ${share} %</title><rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(width - 0.5, 0.3).toFixed(1)}" height="${ROW - 1}" fill="${colourOf(node.name)}"/>` +
        `<text x="${(x + 3).toFixed(1)}" y="${y + 12}" fill="#ffffff">${escaped(text)}</text></g>`,
    );
    let at = first;
    for (const child of [...node.children.values()].sort((a, b) => b.count - a.count)) {
      draw(child, level + 1, at);
      at += child.count;
    }
  }
}

function add(root: Node, { frames, count }: Stack): void {
  root.count += count;
  let node = root;
  for (const name of frames) {
    let child = node.children.get(name);
    if (child === undefined) {
      child = { name, count: 0, children: new Map() };
      node.children.set(name, child);
    }
    child.count += count;
    node = child;
  }
}

const depthOf = (node: Node): number => 1 + Math.max(0, ...[...node.children.values()].map(depthOf));

/** Our JavaScript, our Rust, everything else. */
function colourOf(name: string): string {
  if (/\.[cm]?js(:|$)/.test(name)) return "#1f63c4";
  return name.includes("jware") ? "#0f7a52" : "#46525f";
}
