/** JSON as Azure Resource Manager answers it. */
export type ArmBody = Readonly<Record<string, unknown>>;

/** An object in a body; an empty one where there is none. */
export function objectIn(body: ArmBody, name: string): ArmBody {
  const value = body[name];
  return isObject(value) ? value : {};
}

export function objectsIn(body: ArmBody, name: string): readonly ArmBody[] {
  const value = body[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textIn(body: ArmBody, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}

/** The texts of one field of every object in a list. */
export function textsIn(body: ArmBody, list: string, field: string): readonly string[] {
  return objectsIn(body, list).flatMap((one) => textIn(one, field) ?? []);
}

function isObject(value: unknown): value is ArmBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object of an answer; undefined where it is none. */
export function parseArmBody(body: Buffer): ArmBody | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
