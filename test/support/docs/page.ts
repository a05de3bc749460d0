import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import MarkdownIt, { type Token } from 'markdown-it';

export const ROOT = path.resolve(__dirname, '../../..');

/** Every page that somebody may read, below the root of the repository. */
export const PAGES: readonly string[] = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...['docs', 'examples'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      // Reports of API Extractor have TypeScript that is no program; a test of their own holds them.
      .filter((name) => name.endsWith('.md') && !name.endsWith('.api.md'))
      .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
      .sort(),
  ),
];

/** A fenced block of a page. */
export interface CodeBlock {
  /** Page and line, such as `README.md:6`. */
  readonly place: string;
  /** First word of the info string; empty where there is none. */
  readonly language: string;
  readonly code: string;
  /** Second word of the info string: other blocks of the page may import it by this name. */
  readonly file: string | undefined;
  /** What the comment right before the block says of it. */
  readonly mark: Mark | undefined;
}

/** `<!-- run -->`, `<!-- run: background -->`, `<!-- output: FILE -->`, `<!-- sql: NAME -->`. */
export interface Mark {
  readonly kind: 'run' | 'output' | 'sql';
  readonly value: string | undefined;
}

/** Code in a line of text. */
export interface InlineCode {
  readonly place: string;
  readonly code: string;
}

const MARKDOWN = new MarkdownIt({ html: true });
const MARK = /^<!-- (run|output|sql)(?:: (.+?))? -->\s*$/;

const parsed = new Map<string, readonly Token[]>();

function tokensOf(page: string): readonly Token[] {
  const known = parsed.get(page) ?? MARKDOWN.parse(readPage(page), {});
  parsed.set(page, known);
  return known;
}

export function readPage(page: string): string {
  return readFileSync(path.join(ROOT, page), 'utf8');
}

export function blocksOf(page: string): readonly CodeBlock[] {
  const tokens = tokensOf(page);
  return tokens.flatMap((token, at) =>
    token.type === 'fence' || token.type === 'code_block'
      ? [
          {
            place: placeOf(page, token),
            language: token.info.trim().split(/\s/)[0] ?? '',
            code: token.content,
            file: token.info.trim().split(/\s+/)[1],
            mark: markOf(tokens[at - 1]),
          },
        ]
      : [],
  );
}

export function inlineCodeOf(page: string): readonly InlineCode[] {
  return tokensOf(page).flatMap((token) =>
    (token.children ?? [])
      .filter(({ type }) => type === 'code_inline')
      .map(({ content }) => ({ place: placeOf(page, token), code: content })),
  );
}

/** Blocks of shell and code in the text of any Markdown, such as a section of a page. */
export function scriptsIn(markdown: string): readonly string[] {
  return MARKDOWN.parse(markdown, {}).flatMap((token) =>
    token.type === 'fence' && token.info.trim() === 'sh'
      ? [token.content]
      : (token.children ?? []).filter(({ type }) => type === 'code_inline').map(({ content }) => content),
  );
}

/** Where the links and pictures of a page lead. */
export function linksOf(page: string): readonly { place: string; to: string }[] {
  return tokensOf(page).flatMap((token) =>
    (token.children ?? []).flatMap((child) => {
      const to = child.attrGet('href') ?? child.attrGet('src');
      return to === null ? [] : [{ place: placeOf(page, token), to: decodeURI(to) }];
    }),
  );
}

/** Anchors of the headings of a page, as GitHub makes them. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = knownAnchors.get(page) ?? readAnchors(tokensOf(page));
  knownAnchors.set(page, anchors);
  return anchors;
}

const knownAnchors = new Map<string, ReadonlySet<string>>();

function readAnchors(tokens: readonly Token[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [at, token] of tokens.entries()) {
    for (const { content } of [token, ...(token.children ?? [])].filter(({ type }) => /^html_/.test(type)))
      for (const [, id = ''] of content.matchAll(/\bid="([^"]+)"/g)) anchors.add(id);
    if (token.type !== 'heading_open') continue;
    const heading = tokens[at + 1]?.children ?? [];
    const anchor = anchorOf(heading.map(({ content }) => content).join(''));
    const taken = (count: number): string => (count === 0 ? anchor : `${anchor}-${count}`);
    let count = 0;
    while (anchors.has(taken(count))) count += 1;
    anchors.add(taken(count));
  }
  return anchors;
}

/** As GitHub makes it of a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

function markOf(before: Token | undefined): Mark | undefined {
  if (before?.type !== 'html_block') return undefined;
  const [, kind, value] = MARK.exec(before.content) ?? [];
  return kind === undefined ? undefined : { kind: kind as Mark['kind'], value };
}

/** The page of a place such as `README.md:6`. */
export function pageOf(place: string): string {
  return place.split(':')[0] ?? '';
}

function placeOf(page: string, { map }: Token): string {
  return `${page}:${(map?.[0] ?? 0) + 1}`;
}
