import { defineCheck } from '../../model';
import { judgeStep, roundTripsThatCount } from './reading';

export const bytesUnchanged = defineCheck({
  id: 'dicomweb/bytes-unchanged',
  title: 'retrieved images are what was stored, byte for byte',
  failureTitle: 'retrieved images differ from what was stored',
  why: 'an image that changed on its way is a wrong diagnosis waiting to happen',
  severity: 'blocker',
  needs: ['dicomweb.round-trip'],
  judge: ({ 'dicomweb.round-trip': trip }) =>
    judgeStep(
      roundTripsThatCount(trip),
      ({ retrieve }) => retrieve,
      (received, { sent }) =>
        received.fromPreamble === sent.fromPreamble
          ? undefined
          : {
              expected: `${sent.bytes} bytes, SHA-256 from offset 128 ${sent.fromPreamble}`,
              actual: `${received.bytes} bytes, ${received.fromPreamble}`,
            },
      'WADO-RS does not give back what was stored',
      'do not use this deployment; keep the originals and open a support request',
    ),
});
