import { readJsonExpression } from './json-expression';

/** A reference such as `azurerm_storage_account.lake.primary_blob_endpoint` inside a stack. */
export interface Reference {
  readonly address: string;
  /** Steps from the resource to the value: attribute names and list indexes. */
  readonly steps: readonly (string | number)[];
  readonly text: string;
}

/** A part of a template; `encoded` is put in as JSON, and has references of its own. */
type Segment =
  { readonly literal: string } | { readonly reference: Reference } | { readonly encoded: unknown };

/**
 * Splits a Terraform template string into literals and references. Of functions `jsonencode` is understood, and else
 * nothing that is no plain reference to a resource.
 *
 * @throws Error naming the expression
 */
function parseTemplate(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('$${', at) || text.startsWith('%%{', at)) {
      literal += text.slice(at + 1, at + 3);
      at += 3;
    } else if (text.startsWith('${', at)) {
      if (literal !== '') segments.push({ literal });
      literal = '';
      const json = readJsonExpression(text, at + 2);
      const end = text.indexOf('}', json?.end ?? at);
      const inner = end < 0 ? text.slice(at) : text.slice(at + 2, end);
      segments.push(
        json === undefined ? { reference: parseReference(inner.trim()) } : { encoded: json.value },
      );
      at = end + 1;
    } else if (text.startsWith('%{', at)) {
      throw new Error(`the directive in '${text}' is not understood; only references to resources are`);
    } else {
      literal += text.charAt(at);
      at += 1;
    }
  }
  if (literal !== '' || segments.length === 0) segments.push({ literal });
  return segments;
}

function parseReference(text: string): Reference {
  const match = /^([a-z][a-z0-9_]*\.[A-Za-z_][\w-]*)((?:\.\w+|\[\d+\])+)$/.exec(text);
  const [, address, path] = match ?? [];
  if (
    address === undefined ||
    path === undefined ||
    /^(data|var|local|module|each|count|self|path)\./.test(text)
  ) {
    throw new Error(
      `the expression '\${${text}}' is not understood; allowed are references such as ` +
        "'${azurerm_storage_account.lake.id}'",
    );
  }
  const steps = Array.from(path.matchAll(/\.(\w+)|\[(\d+)\]/g), ([, name, index]) => {
    const number = index ?? (/^\d+$/.test(name ?? '') ? name : undefined);
    return number === undefined ? (name ?? '') : Number(number);
  });
  return { address, steps, text };
}

/** Every reference below a value, in the order of appearance. */
export function referencesIn(value: unknown): readonly Reference[] {
  if (typeof value === 'string') {
    return parseTemplate(value).flatMap((segment) => {
      if ('encoded' in segment) return referencesIn(segment.encoded);
      return 'reference' in segment ? [segment.reference] : [];
    });
  }
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(referencesIn);
  return [];
}

/** Replaces every reference below a value; a string that is one reference and nothing else keeps the value's type. */
export function resolveReferences(value: unknown, look: (reference: Reference) => unknown): unknown {
  if (typeof value === 'string') {
    const segments = parseTemplate(value);
    const [only] = segments;
    if (segments.length === 1 && only !== undefined && 'reference' in only) return look(only.reference);
    return segments
      .map((segment) => {
        if ('encoded' in segment) return JSON.stringify(resolveReferences(segment.encoded, look));
        return 'literal' in segment ? segment.literal : asText(look(segment.reference), segment.reference);
      })
      .join('');
  }
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, look));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, resolveReferences(item, look)]),
    );
  }
  return value;
}

function asText(value: unknown, reference: Reference): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new Error(`'\${${reference.text}}' stands inside a text but is ${JSON.stringify(value)}`);
}
