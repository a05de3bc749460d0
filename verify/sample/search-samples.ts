import type { SampleInstance } from './sample-instance';
import { type SyntheticAttribute, syntheticInstance } from './synthetic-instance';

/** Two studies to search for: one of a CT series with two instances and an MR series, one of a US series. */
export interface SearchSamples {
  readonly one: SampleStudy;
  readonly two: SampleStudy;
  /** AccessionNumber of both, and of nothing else. */
  readonly accession: string;
}

export interface SampleStudy {
  readonly uid: string;
  readonly patientId: string;
  readonly instances: readonly SampleInstance[];
}

/** Digits of a UID that tell a run from every other one. */
const TELLING_DIGITS = 12;

type Attributes = Readonly<Record<string, SyntheticAttribute>>;

/**
 * Instances of nobody, with a value of its own for every attribute that the service searches.
 *
 * @param studyUids of the two studies
 */
export function searchSamples([one, two]: readonly [string, string]): SearchSamples {
  const digits = one.slice(-TELLING_DIGITS);
  const accession = `AC${digits}`;
  const common: Attributes = { '00080005': ['CS', 'ISO_IR 192'], '00080050': ['SH', accession] };
  const first: Attributes = {
    ...common,
    '00080020': ['DA', '20000115'],
    '00080090': ['PN', 'Referrer^Prima'],
    '00081030': ['LO', 'Verify-One'],
    '00100010': ['PN', 'Lakewood^Zoë'],
    '00100020': ['LO', `PIDone${digits}`],
    '00100030': ['DA', '19500601'],
  };
  const second: Attributes = {
    ...common,
    '00080020': ['DA', '20000220'],
    '00080090': ['PN', 'Referrer^Secunda'],
    '00081030': ['LO', 'Verify-Two'],
    '00100010': ['PN', 'Harbour^Max'],
    '00100020': ['LO', `PIDtwo${digits}`],
    '00100030': ['DA', '19700315'],
  };
  const ct: Attributes = {
    '00080060': ['CS', 'CT'],
    '00081090': ['LO', 'Model-C'],
    '00400244': ['DA', '20000116'],
  };
  const mr: Attributes = {
    '00080060': ['CS', 'MR'],
    '00081090': ['LO', 'Model-M'],
    '00400244': ['DA', '20000117'],
  };
  const us: Attributes = {
    '00080060': ['CS', 'US'],
    '00081090': ['LO', 'Model-U'],
    '00400244': ['DA', '20000221'],
  };
  return {
    accession,
    one: {
      uid: one,
      patientId: `PIDone${digits}`,
      instances: [
        syntheticInstance(one, 'CT-1', { series: 'CT', attributes: { ...first, ...ct } }),
        syntheticInstance(one, 'CT-2', { series: 'CT', attributes: { ...first, ...ct } }),
        syntheticInstance(one, 'MR-1', { series: 'MR', attributes: { ...first, ...mr } }),
      ],
    },
    two: {
      uid: two,
      patientId: `PIDtwo${digits}`,
      instances: [syntheticInstance(two, 'US-1', { series: 'US', attributes: { ...second, ...us } })],
    },
  };
}
