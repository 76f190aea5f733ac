/** A laid out graph as SVG that stands by itself: no script, no font, no address outside. */
import type { Graph } from '@baton/workflow';
import { FONT, LINE, placed, SMALL_FONT, type PlacedEdge, type PlacedMachine, type PlacedNode } from './layout.ts';

const MARGIN = 8;
/** Length of an arrow's head. */
const TIP = 8;
type Point = PlacedEdge['points'][number];
const STYLE = `
text{font-family:ui-sans-serif,system-ui,"Segoe UI",Helvetica,Arial,sans-serif;font-size:${FONT}px;fill:#1d2733}
.kind,.detail,.label{font-size:${SMALL_FONT}px;fill:#5a6775}
.name{font-weight:600}
.state{fill:#fff;stroke:#8a97a6;stroke-width:1.2}
.Task .state{stroke:#2f6fb5}.Choice .state{fill:#fff8e6;stroke:#b07d10}.Wait .state{fill:#f3f0fb;stroke:#7a5fc0}
.Succeed .state{fill:#eaf6ee;stroke:#1b7a43}.Fail .state{fill:#fdeeee;stroke:#b3261e}
.Parallel>.state,.Map>.state{fill:#f6f8fa;stroke:#8a97a6;stroke-dasharray:none}
.branch{fill:#fff;stroke:#c3ccd6;stroke-dasharray:4 3}
.edge{fill:none;stroke:#5a6775;stroke-width:1.3}.edge.catch{stroke:#b3261e;stroke-dasharray:5 4}.edge.default{stroke-dasharray:2 3}.edge.undo{stroke:#8a97a6;stroke-dasharray:5 4}.tip.undo{fill:#8a97a6}.Compensation .state{stroke-dasharray:5 4}.tip{fill:#5a6775}.tip.catch{fill:#b3261e}
.plate{fill:#fff;fill-opacity:.88}.label.catch{fill:#b3261e}
.mark{fill:#1d2733}.end{fill:#fff;stroke:#1d2733;stroke-width:1.4}`;

export function svgOf(graph: Graph): string {
  const machine = placed(graph);
  const width = Math.ceil(machine.width + 2 * MARGIN);
  const height = Math.ceil(machine.height + 2 * MARGIN);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(graph.title ?? 'Workflow')}</title>
<style>${STYLE}</style>
<rect width="100%" height="100%" fill="#fff"/>
<g transform="translate(${MARGIN} ${MARGIN})">
${drawn(machine)}
</g>
</svg>
`;
}

function drawn({ nodes, edges, marks, names }: PlacedMachine): string {
  return [
    ...edges.map(line),
    ...marks.map(({ mark, x, y, width, height }) => `<circle class="${mark === 'start' ? 'mark' : 'end'}" cx="${n(x + width / 2)}" cy="${n(y + height / 2)}" r="${n(width / 2 - 1)}"/>${mark === 'end' ? `<circle class="mark" cx="${n(x + width / 2)}" cy="${n(y + height / 2)}" r="${n(width / 2 - 4)}"/>` : ''}`),
    ...nodes.map(state),
    ...names.map(({ kind, text, x, y, width }) => `<text class="label ${kind}" text-anchor="middle" x="${n(x + width / 2)}" y="${n(y + LINE * 0.75)}">${escaped(text)}</text>`),
    ...edges.map(label),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function state({ node, x, y, width, height, title, detail, inside }: PlacedNode): string {
  const centre = n(width / 2);
  const texts = [
    `<text class="kind" text-anchor="middle" x="${centre}" y="${LINE}">${escaped(node.kind)}</text>`,
    ...title.map((text, i) => `<text class="name" text-anchor="middle" x="${centre}" y="${(i + 2) * LINE}">${escaped(text)}</text>`),
    ...detail.map((text, i) => `<text class="detail" text-anchor="middle" x="${centre}" y="${(i + 2 + title.length) * LINE}">${escaped(text)}</text>`),
  ];
  const radius = node.kind === 'Succeed' || node.kind === 'Fail' ? 18 : node.kind === 'Choice' ? 3 : 7;
  const branches = inside.map((box) => `<g transform="translate(${n(box.x)} ${n(box.y)})"><rect class="branch" rx="6" width="${n(box.width)}" height="${n(box.height)}"/>\n${drawn(box.machine)}\n</g>`);
  return `<g class="${/^[A-Za-z]+$/.test(node.kind) ? node.kind : 'unknown'}" transform="translate(${n(x)} ${n(y)})"><rect class="state" rx="${radius}" width="${n(width)}" height="${n(height)}"/>${texts.join('')}${branches.length > 0 ? `\n${branches.join('\n')}\n` : ''}</g>`;
}

/** A smooth line through the points. */
function line({ kind, points }: PlacedEdge): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  const last = rest.pop() ?? first;
  const bends = rest.map((point, i) => {
    const next = rest[i + 1] ?? last;
    const end = i === rest.length - 1 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${n(point.x)} ${n(point.y)} ${n(end.x)} ${n(end.y)}`;
  });
  return `<path class="edge ${kind}" d="M${n(first.x)} ${n(first.y)}${bends.length === 0 ? `L${n(last.x)} ${n(last.y)}` : bends.join('')}"/>${tip(kind, rest[rest.length - 1] ?? first, last)}`;
}

/** The head of an arrow, drawn as a form of its own, since not every reader of SVG knows markers. */
function tip(kind: PlacedEdge['kind'], from: Point, to: Point): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const side = (sign: 1 | -1): string => `${n(to.x - dx * TIP - sign * dy * TIP * 0.5)} ${n(to.y - dy * TIP + sign * dx * TIP * 0.5)}`;
  return `<path class="tip ${kind}" d="M${n(to.x)} ${n(to.y)}L${side(1)}L${side(-1)}z"/>`;
}

function label({ kind, label: box }: PlacedEdge): string {
  if (box === undefined) return '';
  const texts = box.text.map((text, i) => `<text class="label ${kind}" text-anchor="middle" x="${n(box.x + box.width / 2)}" y="${n(box.y + (i + 0.8) * (LINE - 2))}">${escaped(text)}</text>`);
  return `<rect class="plate" x="${n(box.x)}" y="${n(box.y)}" width="${n(box.width)}" height="${n(box.height)}"/>${texts.join('')}`;
}

const n = (value: number): string => String(Math.round(value * 10) / 10);

/** Text of XML; what XML does not have at all is replaced. */
const escaped = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
