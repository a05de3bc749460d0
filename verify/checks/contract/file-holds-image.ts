import { SERVICE_FACTS } from '../../../contract';
import { defineCheck } from '../../model';
import type { Digests } from '../../evidence/round-trip';
import { judgeStep, roundTripsThatCount } from '../dicomweb/reading';

export const fileHoldsImage = defineCheck({
  id: 'contract/file-holds-image',
  title: 'the file in the lake is the image that was sent',
  failureTitle: 'the file in the lake differs from the image that was sent',
  why: 'whoever reads the lake must see the same image as whoever asks the service',
  severity: 'blocker',
  target: 'deployment',
  needs: ['dicomweb.round-trip'],
  unknownFor: ({ 'dicomweb.round-trip': { lakeUnreachable } }) => lakeUnreachable,
  judge: ({ 'dicomweb.round-trip': trip }) =>
    judgeStep(
      roundTripsThatCount(trip),
      ({ lakeFile }) => lakeFile,
      (file, { sent, retrieve }) =>
        file.fromPreamble === sent.fromPreamble && (file.whole === sent.whole || file.preambleIsZero)
          ? undefined
          : {
              expected: `${inWords('sent', sent)}, or the same image behind a preamble of zeros`,
              actual: `${inWords('in the lake', file)}; ${retrieve.state === 'done' ? inWords('retrieved', retrieve.value) : 'not retrieved'}`,
            },
      'a file in the lake is not what was sent',
      'find out who writes below AHDS/: only the service may; then delete the instance and store it again',
    ),
});

/** The preamble is the only part that the service may change. */
function inWords(where: string, { bytes, whole, fromPreamble }: Digests): string {
  return `${where} ${bytes} bytes with SHA-256 ${whole}, from offset ${SERVICE_FACTS.preambleBytes.value} on ${fromPreamble}`;
}
