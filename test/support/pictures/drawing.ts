/** A picture of docs/images. */
export interface Picture {
  readonly file: string;
  readonly svg: string;
}

interface Words {
  readonly title: string;
  /** What the picture shows, for whoever does not see it. */
  readonly description: string;
}

/** Muted text: Graphviz writes the colour, the style below replaces it. */
const MUTED = '#59636e';

const FONT = 'Helvetica,Arial,sans-serif';

/** A node with a title and, below it, what there is to say of it. */
export function box(id: string, title: string, subtitle: string, part: string): string {
  const lines = subtitle.split('\n').filter((line) => line !== '');
  const small = lines.map((line) => `<BR/><FONT POINT-SIZE="10" COLOR="${MUTED}">${escaped(line)}</FONT>`);
  // Names of roles are long.
  const heading = escaped(title).replace(/^(Storage Blob Data) /, '$1<BR/>');
  return `${id} [class="${part}", label=<<B>${heading}</B>${small.join('')}>]`;
}

/** Lays out a graph of Graphviz and dresses it: on a card of its own, light or dark as the reader likes it. */
export async function drawn(graph: string, { title, description }: Words): Promise<string> {
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  const raw = viz.renderString(graph, {
    format: 'svg',
    graphAttributes: { pad: 0.3, bgcolor: 'transparent', fontname: FONT, fontsize: 12 },
    nodeAttributes: {
      shape: 'box',
      style: 'rounded,filled',
      fontname: FONT,
      fontsize: 12,
      margin: '0.28,0.1',
    },
    edgeAttributes: { fontname: FONT, fontsize: 10, arrowsize: 0.7 },
  });
  const [, width = '', height = '', rest = ''] =
    /<svg width="(\d+)pt" height="(\d+)pt"[^>]*>([^]*)<\/svg>/.exec(raw) ?? [];
  const body = placed(rest)
    .replaceAll(/<!--[^]*?-->\n?/g, '')
    .replaceAll(/<title>[^<]*<\/title>\n?/g, '');
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<style>${STYLE}</style>
<rect class="card" x="0.5" y="0.5" width="${Number(width) - 1}" height="${Number(height) - 1}" rx="10"/>
${body}</svg>
`;
}

/**
 * Graphviz places text by the widths of its own font; fonts differ, so the lines of a box are put about its middle, and
 * the label of a frame begins at its left side.
 */
function placed(svg: string): string {
  return svg.replaceAll(/<g id="(node|clust)\d+"[^]*?<\/g>/g, (group, kind: string) => {
    const [, outline = ''] = / d="([^"]+)"/.exec(group) ?? [];
    const across = Array.from(outline.matchAll(/(-?[\d.]+),-?[\d.]+/g), ([, x]) => Number(x));
    if (across.length === 0) return group;
    const [left, right] = [Math.min(...across), Math.max(...across)];
    const place =
      kind === 'clust'
        ? `text-anchor="start" x="${(left + 12).toFixed(2)}"`
        : `text-anchor="middle" x="${((left + right) / 2).toFixed(2)}"`;
    return group.replaceAll(/text-anchor="\w+" x="[^"]+"/g, place);
  });
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const PART_COLOURS: Readonly<Record<string, { readonly light: string; readonly dark: string }>> = {
  service: { light: '#ddf4ff #0969da', dark: '#0c2d4a #58a6ff' },
  lake: { light: '#dafbe1 #1a7f37', dark: '#0f2f1b #3fb950' },
  access: { light: '#fbefff #8250df', dark: '#2a1f45 #bc8cff' },
  network: { light: '#fff1e5 #bc4c00', dark: '#3a2010 #f0883e' },
  monitoring: { light: '#fff8c5 #9a6700', dark: '#332a0c #d29922' },
  group: { light: '#f6f8fa #818b98', dark: '#21262d #8b949e' },
  people: { light: '#ffffff #59636e', dark: '#161b22 #8b949e' },
  key: { light: '#ffebe9 #cf222e', dark: '#4a1518 #ff7b72' },
};

const STYLE = `${scheme('light')}
@media (prefers-color-scheme: dark) {
${scheme('dark')}
}`;

function scheme(mode: 'light' | 'dark'): string {
  const [card, frame, text, muted, line] =
    mode === 'light'
      ? ['#ffffff', '#d1d9e0', '#1f2328', '#59636e', '#818b98']
      : ['#0d1117', '#3d444d', '#f0f6fc', '#9198a1', '#6e7681'];
  const parts = Object.entries(PART_COLOURS).map(([part, colours]) => {
    const [fill, stroke] = colours[mode].split(' ');
    return `.node.${part} path, .node.${part} polygon { fill: ${fill}; stroke: ${stroke}; }
.edge.${part} path { stroke: ${stroke}; } .edge.${part} polygon { fill: ${stroke}; stroke: ${stroke}; } .edge.${part} text { fill: ${stroke}; }`;
  });
  return `.card { fill: ${card}; stroke: ${frame}; }
.graph > text { fill: ${muted}; }
text { fill: ${text}; font-family: 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif; }
text[fill='${MUTED}'] { fill: ${muted}; }
.edge path { stroke: ${line}; } .edge polygon { fill: ${line}; stroke: ${line}; } .edge text { fill: ${muted}; paint-order: stroke; stroke: ${card}; stroke-width: 4px; stroke-linejoin: round; }
.cluster path, .cluster polygon { fill: none; stroke: ${frame}; } .cluster text { fill: ${muted}; }
.node.optional path { stroke-dasharray: 4 3; }
.edge.axis path, .edge.axis polygon { stroke: none; fill: none; }
.node.step ellipse { fill: ${card}; stroke: ${frame}; } .node.step text { fill: ${muted}; }
${parts.join('\n')}`;
}
