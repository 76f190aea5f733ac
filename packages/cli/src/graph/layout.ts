/** Where everything of a graph goes. Each machine is laid out by itself, so that what is inside a state is a box in the picture of its own size. */
import { Graph as LayoutGraph, layout } from '@dagrejs/dagre';
import type { Graph, GraphEdge, GraphNode } from '@baton/workflow';
import { farEdges } from './far.ts';
import { lines, textWidth } from './text.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export interface PlacedNode extends Box {
  readonly node: GraphNode;
  readonly title: readonly string[];
  readonly detail: readonly string[];
  /** Relative to this node. */
  readonly inside: readonly (Box & { readonly machine: PlacedMachine })[];
}
export interface PlacedEdge {
  readonly kind: GraphEdge['kind'];
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly label?: Box & { readonly text: readonly string[] };
}
/** Where an edge that is not drawn leads to. */
export interface PlacedName extends Box {
  readonly kind: GraphEdge['kind'];
  readonly text: string;
}
export interface PlacedMachine {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly names: readonly PlacedName[];
  readonly marks: readonly (Box & { readonly mark: 'start' | 'end' })[];
}

/** As much of dagre's graph as is used here; its own types do not resolve as modules of Node. */
interface Picture {
  setGraph(options: Readonly<Record<string, unknown>>): unknown;
  setDefaultEdgeLabel(make: () => object): unknown;
  setNode(id: string, size: { readonly width: number; readonly height: number }): unknown;
  setEdge(from: string, to: string, about: object, name?: string): unknown;
  hasNode(id: string): boolean;
  /** After layout: x and y of the middle. */
  node(id: string): Box;
  edges(): readonly EdgeName[];
  edge(name: EdgeName): Box & Pick<PlacedEdge, 'points'> & { readonly text?: readonly string[]; readonly kind?: GraphEdge['kind'] };
  graph(): { readonly width?: number; readonly height?: number };
}
type EdgeName = { readonly v: string; readonly w: string };

export const FONT = 13;
export const SMALL_FONT = 11;
export const LINE = 16;
const PADDING = 14;
const GAP = 18;
const MARK = 14;
const EAR = 26;

export function placed(graph: Graph): PlacedMachine {
  if (graph.nodes.length === 0) return { width: 40, height: LINE, nodes: [], edges: [], marks: [], names: [] };
  const boxes = graph.nodes.map(sized);
  const picture: Picture = new LayoutGraph({ multigraph: true });
  picture.setGraph({ rankdir: 'TB', nodesep: 34, edgesep: 18, ranksep: 40, marginx: 12, marginy: 12 });
  picture.setDefaultEdgeLabel(() => ({}));
  for (const { node, width, height } of boxes) picture.setNode(node.id, { width, height });
  if (graph.start !== undefined) {
    picture.setNode('start', { width: MARK, height: MARK });
    picture.setEdge('start', graph.start, { weight: 3 });
  }
  const endings = graph.ends.filter((id) => !['Succeed', 'Fail'].includes(graph.nodes.find((node) => node.id === id)!.kind));
  if (endings.length > 0) picture.setNode('end', { width: MARK, height: MARK });
  for (const id of endings) picture.setEdge(id, 'end', { weight: 1 });
  const far = farEdges(graph);
  const names = new Map<string, Pick<PlacedName, 'kind' | 'text'>>();
  graph.edges.forEach((edge, i) => {
    const { from, kind, label = '' } = edge;
    const to = far.has(edge) ? `name${i}` : edge.to;
    if (far.has(edge)) {
      const text = `→ ${lines(graph.nodes.find(({ id }) => id === edge.to)!.name, { characters: 20, most: 1 })[0]}`;
      names.set(to, { kind, text });
      picture.setNode(to, { width: textWidth(text, SMALL_FONT) + 12, height: LINE });
    }
    const text = label === '' ? [] : lines(label, { characters: 26, most: 2 });
    const width = Math.max(0, ...text.map((line) => textWidth(line, SMALL_FONT))) + (text.length > 0 ? 10 : 0);
    picture.setEdge(from, to, { weight: kind === 'catch' || kind === 'undo' ? 1 : 2, width, height: text.length * (LINE - 2), labelpos: 'c', text, kind }, String(i));
  });
  layout(picture as never);
  return result(picture, boxes, names);
}

type Sized = Omit<PlacedNode, 'x' | 'y'>;

function sized(node: GraphNode): Sized {
  const title = lines(node.name, { characters: 26, most: 3 });
  const detail = node.detail === undefined ? [] : lines(node.detail, { characters: 32, most: 2 });
  const texts = Math.max(...title.map((line) => textWidth(line, FONT) * 1.06), ...detail.map((line) => textWidth(line, SMALL_FONT)), textWidth(node.kind, SMALL_FONT));
  const head = (title.length + detail.length + 1) * LINE + PADDING;
  let x = GAP;
  const inside = node.inside.map((graph) => {
    const machine = placed(graph);
    const box = { x, y: head, width: machine.width, height: machine.height, machine };
    x += machine.width + GAP;
    return box;
  });
  const height = inside.length === 0 ? head : head + Math.max(...inside.map((box) => box.height)) + GAP;
  const width = Math.max(texts + 2 * PADDING + (node.kind === 'Choice' ? 16 : 0), inside.length === 0 ? 110 : x);
  return { node, title, detail, inside: centred(inside, width), width, height };
}

/** Boxes side by side are put into the middle of a wider one, each as high as the highest. */
function centred<Inside extends Box>(inside: readonly Inside[], width: number): Inside[] {
  const last = inside[inside.length - 1];
  if (last === undefined) return [];
  const shift = (width - (last.x + last.width + GAP)) / 2;
  const height = Math.max(...inside.map((box) => box.height));
  return inside.map((box) => ({ ...box, x: box.x + shift, height }));
}

/** From a state to itself: an ear at its right side, where dagre has kept room for it. */
function loop({ x, y, width, height }: Box, { kind = 'catch', text = [], width: labelWidth, height: labelHeight }: ReturnType<Picture['edge']>): PlacedEdge {
  const right = x + width;
  const points = [[0, 0.3], [EAR, 0.3], [EAR, 0.7], [0, 0.7]].map(([out = 0, down = 0]) => ({ x: right + out, y: y + height * down }));
  return { kind, points, ...(text.length > 0 && { label: { x: right + EAR - 6, y: y + (height - labelHeight) / 2, width: labelWidth, height: labelHeight, text } }) };
}

function result(picture: Picture, boxes: readonly Sized[], names: ReadonlyMap<string, Pick<PlacedName, 'kind' | 'text'>>): PlacedMachine {
  const corner = ({ x, y, width, height }: Box): Box => ({ x: x - width / 2, y: y - height / 2, width, height });
  const nodeBox = (id: string): Box => corner(picture.node(id));
  const edges = picture.edges().map((name): PlacedEdge => {
    const edge = picture.edge(name);
    if (name.v === name.w) return loop(nodeBox(name.v), edge);
    return { kind: edge.kind ?? 'next', points: edge.points, ...(edge.text !== undefined && edge.text.length > 0 && { label: { ...corner(edge), text: edge.text } }) };
  });
  const marks = (['start', 'end'] as const).filter((mark) => picture.hasNode(mark)).map((mark) => ({ mark, ...nodeBox(mark) }));
  const { width = 0, height = 0 } = picture.graph();
  return { width, height, nodes: boxes.map((box) => ({ ...box, ...nodeBox(box.node.id) })), edges, marks, names: [...names].map(([id, name]) => ({ ...name, ...nodeBox(id) })) };
}
