/** Longest UID that DICOM allows. */
const MAX_UID_LENGTH = 64;

/** Whether the text is a UID; padding at the end is tolerated. */
export function isUid(text: string): boolean {
  const uid = text.replace(/[\0 ]+$/, '');
  return uid.length <= MAX_UID_LENGTH && /^[0-9.]*[0-9]$/.test(uid);
}

type ValueRule = (value: string) => boolean;

/**
 * What a value of each VR must look like; VRs without a rule take anything.
 *
 * @see https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html
 */
const RULES: Readonly<Record<string, ValueRule>> = {
  AE: atMost(16),
  AS: matches(/^\d{3}[DWMY]$/),
  CS: matches(/^[A-Z0-9_ ]{0,16}$/),
  DA: isDate,
  DS: (value) => value.length <= 16 && /^ *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *$/.test(value),
  DT: matches(/^\d{4}(\d{2}){0,5}(\.\d{1,6})?([+-]\d{4})? *$/),
  IS: (value) => value.length <= 12 && /^ *[+-]?\d+ *$/.test(value) && Math.abs(Number(value)) <= 0x8000_0000,
  LO: atMost(64),
  LT: atMost(10_240),
  PN: (value) => value.split('=').length <= 3 && value.split('=').every(atMost(64)),
  SH: atMost(16),
  ST: atMost(1024),
  TM: matches(/^([01]\d|2[0-3])([0-5]\d(([0-5]\d|60)(\.\d{1,6})?)?)? *$/),
  UI: isUid,
};

/** What is wrong with one value of an attribute, or undefined where it keeps the rules of its VR. */
export function valueProblem(vr: string, value: string): string | undefined {
  const rule = RULES[vr];
  return rule === undefined || value === '' || rule(value)
    ? undefined
    : `Content "${value}" does not validate VR ${vr}`;
}

export function isDate(value: string): boolean {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(value.trim()) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

function matches(pattern: RegExp): ValueRule {
  return (value) => pattern.test(value);
}

function atMost(characters: number): ValueRule {
  return (value) => Array.from(value).length <= characters;
}
