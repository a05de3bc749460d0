import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FaultId } from '../../emulator';
import { judgeEvidence, jsonReport, printEvidenceBundle, readEvidenceBundle } from '../../verify';
import { gatherWithFaults } from '../support/fault-run';
import { wholeStack } from '../support/whole-deployment';

jest.setTimeout(120_000);

const FOLDER = path.join(__dirname, 'golden');
/** Evidence and report of each, saved by `UPDATE_GOLDEN=1`. */
const SAVED: Readonly<Record<string, readonly FaultId[]>> = {
  healthy: [],
  'role-removed': ['lake/role-removed'],
  'file-archived': ['lake/file-archived'],
  'arm-throttled': ['arm/throttled'],
  'stranger-and-archiving-rule': ['lake/role-given-to-stranger', 'arm/lifecycle-rule-archives'],
};

test.each(Object.entries(SAVED))(
  'evidence of %s, judged again, gives the same report',
  async (name, faults) => {
    const files = {
      evidence: path.join(FOLDER, `${name}.evidence.json`),
      report: path.join(FOLDER, `${name}.report.json`),
    };
    if (process.env['UPDATE_GOLDEN'] !== undefined) {
      mkdirSync(FOLDER, { recursive: true });
      const bundle = await gatherWithFaults(wholeStack(), faults);
      writeFileSync(files.evidence, printEvidenceBundle(bundle));
      writeFileSync(files.report, jsonReport(judgeEvidence(bundle)));
    }
    expect(existsSync(files.evidence)).toBe(true);
    const bundle = readEvidenceBundle(JSON.parse(readFileSync(files.evidence, 'utf8')), files.evidence);
    expect(JSON.parse(jsonReport(judgeEvidence(bundle)))).toEqual(
      JSON.parse(readFileSync(files.report, 'utf8')),
    );
  },
);
