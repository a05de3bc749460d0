import { dicomFileName } from '../../../../contract';
import { LakeCensus } from '../../../../verify/audit/lake-census';
import { PageCount } from '../../../../verify/audit/listing/page-count';
import type { AuditedFile, FoundFile } from '../../../../verify/audit/model';
import { auditRequest, censusOf, settled } from '../../../support/audited-lake';
import { manifestFixture } from '../../../support/manifest';

const AT = Date.UTC(2026, 10, 26);
const FOLDER = 'AHDS/hospital/dicom/images';

function file(path: string, tier = 'Hot'): AuditedFile {
  return { path, bytes: path.length, createdAt: AT, modifiedAt: AT, tier, rehydrating: false };
}

test('counts what lies within its range, and knows what lies around it', () => {
  const page = new PageCount({ prefix: '', from: 'b', end: 'd' }, auditRequest(manifestFixture()), AT);
  for (const path of ['b', 'c', 'd']) page.takeFile(file(path));
  for (const path of ['a', 'b', 'd']) page.takeFolder(path);
  expect(page).toMatchObject({ files: 2, folders: 1, last: 'd', beginsWithRange: true });
  page.takeFile(file('a'));
  expect(page).toMatchObject({ files: 2, last: 'a', beginsWithRange: false });
});

test('pages that come in any order add up to what a count of all at once finds', () => {
  const images = Array.from({ length: 100 }, (_, number) =>
    file(`${FOLDER}/Microsoft.Default/${dicomFileName(BigInt(number + 1))}`, number < 60 ? 'Archive' : 'Hot'),
  );
  const foreign = Array.from({ length: 50 }, (_, number) => file(`${FOLDER}/notes/${number}.txt`));
  const files = [...images, ...foreign].reverse();
  const found: FoundFile[] = [];
  const told: string[] = [];
  const request = {
    ...auditRequest(manifestFixture()),
    onFound: (one: FoundFile) => found.push(one),
    onImage: (path: string) => told.push(path),
  };
  const census = new LakeCensus(manifestFixture(), [], AT);
  for (let at = 0; at < files.length; at += 7) {
    const page = new PageCount({ prefix: FOLDER }, request, AT);
    for (const one of files.slice(at, at + 7)) page.takeFile(one);
    page.addTo(census);
  }
  expect(settled({ ...census.result(), found })).toEqual(censusOf(files, manifestFixture(), [], AT));
  const firstOf = (those: readonly AuditedFile[]): readonly string[] =>
    those
      .map(({ path }) => path)
      .sort()
      .slice(0, 20);
  const { findings } = census.result();
  expect(
    findings.map(({ finding, count, first }) => [finding, count, first.map(({ path }) => path)]),
  ).toEqual([
    ['foreign', 50, firstOf(foreign)],
    ['archived', 60, firstOf(images.slice(0, 60))],
  ]);
  expect(told.sort()).toEqual(images.map(({ path }) => path).sort());
});
