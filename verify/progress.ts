import type { EvidenceId } from './model';

/** What whoever waits for a run is told. */
export type Progress =
  | {
      readonly kind: 'planned';
      readonly probes: readonly { readonly id: EvidenceId; readonly title: string }[];
    }
  | { readonly kind: 'started'; readonly probe: EvidenceId }
  | { readonly kind: 'ended'; readonly probe: EvidenceId; readonly state: 'had' | 'failed' }
  /** `probe` is missing where the run itself is busy, as when it cleans up. */
  | { readonly kind: 'message'; readonly probe?: EvidenceId; readonly message: string };
