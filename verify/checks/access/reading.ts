import type { RefusalAnswer } from '../../evidence/refusals';

/** Such as `401` or `409 PublicAccessNotPermitted`. */
export function answered({ status, code }: RefusalAnswer): string {
  return code === undefined ? String(status) : `${status} ${code}`;
}
