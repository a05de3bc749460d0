import { defineCheck } from '../../model';
import { judgeStep, roundTripsThatCount } from '../dicomweb/reading';

export const fileHoldsImage = defineCheck({
  id: 'contract/file-holds-image',
  title: 'the file in the lake is the image that was sent',
  failureTitle: 'the file in the lake differs from the image that was sent',
  why: 'whoever reads the lake must see the same image as whoever asks the service',
  severity: 'blocker',
  target: 'deployment',
  needs: ['dicomweb.round-trip'],
  judge: ({ 'dicomweb.round-trip': trip }) =>
    judgeStep(
      roundTripsThatCount(trip),
      ({ lakeFile }) => lakeFile,
      (file, { sent }) =>
        file.fromPreamble === sent.fromPreamble && (file.whole === sent.whole || file.preambleIsZero)
          ? undefined
          : {
              expected: `SHA-256 ${sent.whole}, or the same image behind a preamble of zeros`,
              actual: `${file.bytes} bytes with SHA-256 ${file.whole}`,
            },
      'a file in the lake is not what was sent',
      'find out who writes below AHDS/: only the service may; then delete the instance and store it again',
    ),
});
