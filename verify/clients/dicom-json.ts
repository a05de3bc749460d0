/** A data set as DICOM JSON (PS3.18 F). */
export type DicomJson = Readonly<
  Record<string, { readonly vr: string; readonly Value?: readonly unknown[] } | undefined>
>;

/** First value of an attribute as text; undefined where it is absent, empty or no plain value. */
export function firstText(dataSet: DicomJson | undefined, tag: string): string | undefined {
  const [value] = valuesOf(dataSet, tag);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Items of a sequence. */
export function items(dataSet: DicomJson | undefined, tag: string): readonly DicomJson[] {
  return valuesOf(dataSet, tag).filter(isObject);
}

/** Nothing inside a data set was looked at when it was parsed. */
function valuesOf(dataSet: DicomJson | undefined, tag: string): readonly unknown[] {
  const values: unknown = dataSet?.[tag]?.Value;
  return Array.isArray(values) ? values : [];
}

/**
 * Parses an array of data sets; an empty body is an empty array.
 *
 * @throws Error where it is no array of JSON objects; its text holds nothing of the body
 */
export function parseDataSets(body: Buffer): readonly DicomJson[] {
  const parsed = body.length === 0 ? [] : parseJson(body);
  if (!Array.isArray(parsed) || !parsed.every(isObject)) throw new Error('it is no JSON array of objects');
  return parsed;
}

/** Parses one data set; an empty body is an empty one. @throws Error where it is no JSON object */
export function parseDataSet(body: Buffer): DicomJson {
  const parsed = body.length === 0 ? {} : parseJson(body);
  if (!isObject(parsed)) throw new Error('it is no JSON object');
  return parsed;
}

/** The parser's own message quotes the text, which may be a patient's. */
function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Error('it is no JSON');
  }
}

function isObject(value: unknown): value is DicomJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
