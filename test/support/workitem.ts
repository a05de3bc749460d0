import { uidOf } from './dicom-file';

const EMPTY_SEQUENCES = ['00081084', '00101002', '00380014', '00404018', '00404021', '00404026', '00404027'];

export type Dataset = Readonly<Record<string, object | undefined>>;

/** What a client has to send, with changes; undefined takes an attribute out. */
export function workitem(name: string, changes: Dataset = {}): Dataset {
  return {
    '00080018': { vr: 'UI', Value: [uidOf(name)] },
    '00081080': { vr: 'LO' },
    '00081195': { vr: 'UI' },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Phantom^José' }] },
    '00100020': { vr: 'LO', Value: ['PHANTOM-1'] },
    '00100030': { vr: 'DA' },
    '00100040': { vr: 'CS' },
    '00380010': { vr: 'LO' },
    '00400400': { vr: 'LT' },
    '00404005': { vr: 'DT', Value: ['20260201090000'] },
    '00404025': { vr: 'SQ', Value: [{ '00080100': { vr: 'SH', Value: ['CT-ROOM-2'] } }] },
    '00404041': { vr: 'CS', Value: ['READY'] },
    '0040A370': { vr: 'SQ', Value: [{ '00080050': { vr: 'SH', Value: ['ACC-1'] } }] },
    '00741002': { vr: 'SQ' },
    '00741200': { vr: 'CS', Value: ['MEDIUM'] },
    '00741204': { vr: 'LO', Value: ['Measure'] },
    '00741210': { vr: 'SQ' },
    '00741216': { vr: 'SQ' },
    ...Object.fromEntries(EMPTY_SEQUENCES.map((tag) => [tag, { vr: 'SQ' }])),
    ...changes,
  };
}
