import { z } from 'zod';
import type { Finding } from './finding';

/** One address whose findings are accepted. */
export interface Allowance {
  readonly address: string;
  readonly reason: string;
  /** Day up to which it holds, `YYYY-MM-DD`. @default - for good */
  readonly until?: string | undefined;
}

const allowListSchema = z.array(
  z.strictObject({
    address: z.string().min(1),
    reason: z.string().trim().min(1),
    until: z.iso.date().optional(),
  }),
);

export type AllowListResult =
  | { readonly ok: true; readonly allowances: readonly Allowance[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Reads an allow list from parsed YAML or JSON; names every problem at once. */
export function readAllowList(value: unknown): AllowListResult {
  const result = allowListSchema.safeParse(value);
  if (result.success) return { ok: true, allowances: result.data };
  return {
    ok: false,
    problems: result.error.issues.map(({ path, message }) => {
      const place = path
        .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
        .join('');
      return `the list${place}: ${message}; an entry is { address, reason, until: YYYY-MM-DD }, until being optional`;
    }),
  };
}

export interface GuardResult {
  readonly refused: readonly Finding[];
  readonly allowed: readonly (Finding & { readonly reason: string })[];
  /** Allowances that nothing in the plan needs, or whose day has passed. */
  readonly stale: readonly string[];
}

/** @param today `YYYY-MM-DD` */
export function applyAllowList(
  findings: readonly Finding[],
  allowances: readonly Allowance[],
  today: string,
): GuardResult {
  const valid = allowances.filter(({ until }) => until === undefined || until >= today);
  const reasonFor = (address: string): string | undefined =>
    valid.find((allowance) => allowance.address === address)?.reason;
  const used = new Set(findings.map(({ address }) => address));
  return {
    refused: findings.filter(({ address }) => reasonFor(address) === undefined),
    allowed: findings.flatMap((finding) => {
      const reason = reasonFor(finding.address);
      return reason === undefined ? [] : [{ ...finding, reason }];
    }),
    stale: allowances.flatMap(({ address, until }) => {
      if (until !== undefined && until < today) return [`the allowance for ${address} ended on ${until}`];
      return used.has(address) ? [] : [`nothing in the plan needs the allowance for ${address}`];
    }),
  };
}
