import { ServiceFault } from '../fault';

/** One value of an Accept or Content-Type header. */
export interface MediaType {
  /** Lower case, without parameters. */
  readonly type: string;
  /** By lower-case names; quotes taken off the values. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Commas and semicolons in quoted values do not separate. */
export function parseMediaTypes(header: string): readonly MediaType[] {
  return split(header, ',').map(parseMediaType);
}

export function parseMediaType(value: string): MediaType {
  const [type = '', ...rest] = split(value, ';');
  const parameters = rest.map((parameter): [string, string] => {
    const at = parameter.indexOf('=');
    const text = parameter.slice(at + 1).trim();
    const name = (at < 0 ? parameter : parameter.slice(0, at)).trim().toLowerCase();
    return [name, text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text];
  });
  return { type: type.toLowerCase(), parameters: new Map(parameters) };
}

/** A quotation that is left open goes to the end, so that no text has to be looked at more than once. */
const SEPARATED = {
  ',': /(?:"(?:\\.|[^"\\])*(?:"|\\?$)|[^",])+/g,
  ';': /(?:"(?:\\.|[^"\\])*(?:"|\\?$)|[^";])+/g,
};

function split(text: string, separator: ',' | ';'): readonly string[] {
  return (text.match(SEPARATED[separator]) ?? []).map((part) => part.trim()).filter((part) => part !== '');
}

/** @throws ServiceFault 406, without a body, where the client does not take DICOM JSON or says nothing of it */
export function requireDicomJson(accept: string | undefined): void {
  const admitted = parseMediaTypes(accept ?? '').some(({ type }) =>
    ['application/dicom+json', 'application/*', '*/*'].includes(type),
  );
  if (!admitted) throw new ServiceFault(406, 'NotAcceptable', '');
}
