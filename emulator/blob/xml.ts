import { type XMLParser, XMLValidator } from 'fast-xml-parser';
import { ServiceFault } from '../fault';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** An element around markup that is ready. */
export function element(
  name: string,
  markup: string,
  attributes: Readonly<Record<string, string>> = {},
): string {
  const start = startTag(name, attributes);
  return markup === '' ? `${start.slice(0, -1)} />` : `${start}${markup}</${name}>`;
}

export function startTag(name: string, attributes: Readonly<Record<string, string>> = {}): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`);
  return `<${name}${written.join('')}>`;
}

/** Elements around text, in the order given; those without a value are left out. */
export function elements(values: Readonly<Record<string, string | number | undefined>>): string {
  // A page of a listing has a hundred thousand of these: nothing is made for each but its text.
  let markup = '';
  for (const name in values) {
    const value = values[name];
    if (value === undefined) continue;
    const text = typeof value === 'number' ? String(value) : escape(value);
    markup += text === '' ? `<${name} />` : `<${name}>${text}</${name}>`;
  }
  return markup;
}

export function document(root: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>${root}`;
}

function escape(text: string): string {
  return !/[&<>"]/.test(text)
    ? text
    : text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

/** @throws ServiceFault `InvalidXmlDocument`, also for what is nested deeper than the parser goes */
export function parseXml(parser: XMLParser, xml: string): unknown {
  if (XMLValidator.validate(xml) !== true) throw invalidXml('it is not well-formed');
  try {
    return parser.parse(xml);
  } catch (error) {
    throw invalidXml(error instanceof Error ? error.message : 'it cannot be read');
  }
}

export function invalidXml(detail: string): ServiceFault {
  return new ServiceFault(
    400,
    'InvalidXmlDocument',
    `The specified XML is not syntactically valid: ${detail}.`,
  );
}
