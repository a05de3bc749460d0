/** A data set as DICOM JSON (PS3.18 F). */
export type DicomJson = Readonly<
  Record<string, { readonly vr: string; readonly Value?: readonly unknown[] } | undefined>
>;

/** First value of an attribute as text; undefined where it is absent, empty or no plain value. */
export function firstText(dataSet: DicomJson | undefined, tag: string): string | undefined {
  const [value] = dataSet?.[tag]?.Value ?? [];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Items of a sequence. */
export function items(dataSet: DicomJson | undefined, tag: string): readonly DicomJson[] {
  return (dataSet?.[tag]?.Value ?? []) as readonly DicomJson[];
}

/** Parses an array of data sets; an empty body is an empty array. @throws Error where it is no JSON array */
export function parseDataSets(body: Buffer): readonly DicomJson[] {
  if (body.length === 0) return [];
  const parsed: unknown = JSON.parse(body.toString('utf8'));
  if (!Array.isArray(parsed)) throw new Error('the answer is no JSON array');
  return parsed as readonly DicomJson[];
}
