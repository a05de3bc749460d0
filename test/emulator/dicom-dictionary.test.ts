import { existsSync, readFileSync } from 'node:fs';
import { data } from 'dcmjs';
import { definitionOfKeyword, definitionOfTag } from '../../emulator/domain/dicom-dictionary';
import { DICOM_DICTIONARY_TABLE } from '../../emulator/domain/dicom-dictionary-table';

/** Where dcmjs spells an attribute or its VR otherwise than PS3.6 does; DCMTK spells them as we do. */
const MISTAKES_OF_DCMJS = [
  '00221642',
  '0040A803',
  '00660040',
  '00660041',
  '00660042',
  '00660043',
  '006862F0',
  '00701305',
  '00701306',
  '0070150C',
  '00760034',
  '300A0131',
  '40101029',
];
/** How both libraries write what depends on other attributes. */
const DEPENDENT_VRS: Readonly<Record<string, string>> = {
  xs: 'US|SS',
  lt: 'US',
  up: 'UL',
  ox: 'OW',
  px: 'OW',
};
const DCMTK_DICTIONARIES = ['/usr/share/libdcmtk17/dicom.dic', '/usr/share/dcmtk/dicom.dic'];

interface Row {
  readonly tag: string;
  readonly vr: string;
  readonly keyword: string;
}

function rowOf(tag: string, vr: string, name: string): Row {
  return {
    tag: tag.replace(/[(),]/g, '').toUpperCase(),
    vr: DEPENDENT_VRS[vr] ?? vr,
    keyword: name.replace(/^RETIRED_/, ''),
  };
}

/** Commands and the delimiters of items are no attributes of a data set. */
function isAttribute({ tag }: Row): boolean {
  return /^[0-9A-F]{8}$/.test(tag) && !/^(?:0000|FFFE)/.test(tag);
}

function unlikeOurs(rows: readonly Row[]): readonly string[] {
  return rows
    .filter((row) => JSON.stringify(rowInOurs(row.tag)) !== JSON.stringify(row))
    .map(({ tag }) => tag);
}

function rowInOurs(wanted: string): Row | undefined {
  const definition = definitionOfTag(wanted);
  if (definition === undefined) return undefined;
  const { tag, vr, keyword } = definition;
  return { tag, vr, keyword };
}

test('every attribute that dcmjs knows is known, with the same VR and keyword', () => {
  const rows = Object.values(data.DicomMetaDictionary.nameMap)
    .map(({ tag, vr, name }) => rowOf(tag, vr, name))
    .filter(isAttribute);
  expect(rows.length).toBeGreaterThan(5000);
  expect([...unlikeOurs(rows)].sort()).toEqual(MISTAKES_OF_DCMJS);
});

const dcmtk = DCMTK_DICTIONARIES.find(existsSync);
(dcmtk === undefined ? test.skip : test)('every attribute that DCMTK knows is known', () => {
  const rows = readFileSync(dcmtk ?? '', 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, , , , origin]) => origin?.startsWith('DICOM') === true)
    .map(([tag = '', vr = '', name = '']) => rowOf(tag, vr, name))
    .filter(isAttribute);
  expect(rows.length).toBeGreaterThan(4500);
  expect(unlikeOurs(rows)).toEqual([]);
});

test('tags and keywords are unique, so that each leads to the other', () => {
  const rows = DICOM_DICTIONARY_TABLE.trim().split('\n');
  const tags = rows.map((row) => row.slice(0, 8));
  const keywords = rows.map((row) => row.slice(row.lastIndexOf(' ') + 1));
  expect(new Set(tags).size).toBe(rows.length);
  expect(new Set(keywords).size).toBe(rows.length);
  expect(keywords.map((keyword) => definitionOfKeyword(keyword)?.tag)).toEqual(tags);
  expect(tags).toEqual([...tags].sort());
});

test('repeating groups and private creators are known, and nothing is made up', () => {
  expect(definitionOfTag('60023000')).toMatchObject({ keyword: 'OverlayData' });
  expect(definitionOfTag('50FE0010')).toMatchObject({ keyword: 'NumberOfPoints' });
  expect(definitionOfTag('60033000')).toBeUndefined();
  expect(definitionOfTag('00090010')).toMatchObject({ vr: 'LO' });
  expect(definitionOfTag('00091001')).toBeUndefined();
  expect(definitionOfTag('00080010')).toMatchObject({ keyword: 'RecognitionCode' });
  expect(definitionOfKeyword('patientName')).toBeUndefined();
});
