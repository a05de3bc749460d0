import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { withoutCharacterSet } from '../support/dcmjs-metadata';
import { dumpByDcmtk, inSinglePrecision, metadataByDcmtk, whyNoDcmtk, type Json } from '../support/dcmtk';
import { syntheticDataset, SYNTAX, writeDicomFile, type SyntheticDataset } from '../support/dicom-file';
import {
  JSON_ACCEPT,
  ORIGINAL_FILE,
  startDicomService,
  type TestDicomService,
} from '../support/dicom-service';
import { STANDARD_TEXTS, type StandardText } from '../support/standard-texts';

/** What the DICOM service returns, judged by a DICOM library that nobody here wrote. */
const missing = whyNoDcmtk();
if (missing !== undefined && process.env['REQUIRE_PEERS'] === '1')
  throw new Error(`DCMTK was demanded, but ${missing}`);

/** Attributes of real files in which the two differ. */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  // Not a number: the service leaves it out, DCMTK writes it as text.
  'badVR.dcm': ['00280008'],
  // Names of delimiters only, `^^^^`, which DCMTK takes for no name.
  'image_dfl.dcm': ['00080090', '00100010'],
};

/** As Debian builds DCMTK, on the iconv of the C library, it knows neither Latin 9 nor multi-byte sets with escape sequences. */
function isReadByDcmtk({ terms }: StandardText): boolean {
  return !terms.some((term) => /^ISO_IR 203$|^ISO 2022 IR (?:58|87|149|159)$/.test(term));
}

function imageIn(transferSyntaxUid: string): Buffer {
  const fragments: SyntheticDataset = {
    '7FE00010': { vr: 'OB', value: { fragments: [Buffer.alloc(10, 1), Buffer.alloc(12, 2)] } },
  };
  const isEncapsulated = transferSyntaxUid === SYNTAX.rle || transferSyntaxUid === SYNTAX.jpeg2000;
  const names = { study: 's', series: 'e', instance: 'i' };
  return writeDicomFile(syntheticDataset(names, isEncapsulated ? fragments : {}), { transferSyntaxUid });
}

const folder = process.env['TEST_DICOM_FOLDER'] ?? '';
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.dcm')) : [];

(missing === undefined ? describe : describe.skip)(
  `metadata and dcm2json${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    let service: TestDicomService;
    beforeAll(async () => {
      service = await startDicomService({ dataPartitionsEnabled: true });
    });
    afterAll(() => service[Symbol.asyncDispose]());

    /** Stores a file in a partition of its own; undefined where the service does not take it. */
    async function storeAndRetrieve(
      file: Buffer,
      partition: string,
    ): Promise<{ readonly returned: Buffer; readonly metadata: Json } | undefined> {
      const stored = await service.store([file], `/partitions/${partition}/studies`);
      if (stored.status === 409) return undefined;
      const { '00081199': sequence } = stored.json as Json;
      const [item] = sequence?.Value as readonly Json[];
      const url = String(item?.['00081190']?.Value?.[0]).replace(`${service.lake.serviceUrl}/v2`, '');
      const metadata = await service.send(`${url}/metadata`, { accept: JSON_ACCEPT });
      const { body } = await service.send(url, { accept: ORIGINAL_FILE });
      const [ours] = metadata.json as readonly Json[];
      return { returned: body, metadata: withoutCharacterSet(ours) as Json };
    }

    (names.length === 0 ? test.skip : test)('agree on real files', async () => {
      const differences: Record<string, readonly string[]> = {};
      let compared = 0;
      for (const name of names) {
        const exchanged = await storeAndRetrieve(readFileSync(path.join(folder, name)), name);
        if (exchanged === undefined) continue;
        compared += 1;
        const ours = inSinglePrecision(exchanged.metadata);
        const theirs = inSinglePrecision(metadataByDcmtk(exchanged.returned));
        const tags = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
        const different = tags.filter((tag) => JSON.stringify(ours[tag]) !== JSON.stringify(theirs[tag]));
        if (different.length > 0) differences[name] = different.sort();
      }
      expect(differences).toEqual(DIFFERENCES);
      expect(compared).toBeGreaterThanOrEqual(13);
    });

    test('agree on what lies in the lake, what is retrieved and what was sent', async () => {
      const sent = new Map([
        ...names.map((name) => [name, readFileSync(path.join(folder, name))] as const),
        ...Object.entries(SYNTAX).map(
          ([name, transferSyntaxUid]) => [name, imageIn(transferSyntaxUid)] as const,
        ),
      ]);
      const inLake = new Map<string, Buffer>();
      const retrieved = new Map<string, Buffer>();
      for (const [name, file] of sent) {
        const partition = `read-${name}`;
        const exchanged = await storeAndRetrieve(file, partition);
        if (exchanged === undefined) {
          sent.delete(name);
          continue;
        }
        const lakePath = (await service.files()).find((one) => one.includes(`/${partition}/`)) ?? '';
        inLake.set(name, await service.fileSystem.getFileClient(lakePath).readToBuffer());
        retrieved.set(name, exchanged.returned);
      }
      const expected = dumpByDcmtk(sent);
      expect(dumpByDcmtk(inLake)).toBe(expected);
      expect(dumpByDcmtk(retrieved)).toBe(expected);
      expect(expected).toContain('7fe0,0010');
    });

    test.each(STANDARD_TEXTS.filter(isReadByDcmtk).map((text, at) => ({ ...text, at })))(
      'agree on $what',
      async ({ terms, bytes, at }) => {
        const named: SyntheticDataset = {
          '00080005': { vr: 'CS', value: terms.join('\\') },
          '00100010': { vr: 'PN', value: bytes },
          '00400275': { vr: 'SQ', value: [{ '00400007': { vr: 'LO', value: bytes } }] },
        };
        const file = writeDicomFile(
          syntheticDataset({ study: 's', series: 'e', instance: `text ${at}` }, named),
        );
        const exchanged = await storeAndRetrieve(file, `text-${at}`);
        const theirs = metadataByDcmtk(exchanged?.returned ?? Buffer.alloc(0));
        expect(exchanged?.metadata['00100010']).toEqual(theirs['00100010']);
        expect(exchanged?.metadata['00400275']).toEqual(theirs['00400275']);
      },
    );

    test.each(Object.entries(SYNTAX).filter(([name]) => name !== 'rle' && name !== 'jpeg2000'))(
      'agree on numbers, structures and overlays with transfer syntax %s',
      async (name, transferSyntaxUid) => {
        const dataset = syntheticDataset(
          { study: 's', series: 'e', instance: name },
          {
            '00090010': { vr: 'LO', value: 'CREATOR' },
            '00186020': { vr: 'SL', value: [-70_000] },
            '00189073': { vr: 'FD', value: [0.1, -2.5] },
            '00280009': { vr: 'AT', value: [0x0018_1063, 0x0020_0037] },
            '00280103': { vr: 'US', value: [1] },
            '00280106': { vr: 'SS', value: [-5] },
            '00720078': { vr: 'UL', value: [4_000_000_000] },
            '00720081': { vr: 'OV', value: Buffer.alloc(16, 1) },
            '00720082': { vr: 'SV', value: [-70_000, -(2 ** 60)] },
            '00720083': { vr: 'UV', value: [2 ** 53 - 1, 2 ** 63] },
            '00400275': { vr: 'SQ', value: [{ '00400007': { vr: 'LO', value: 'One' } }, {}] },
            '60020010': { vr: 'US', value: [8] },
            '60020022': { vr: 'LO', value: 'Outline' },
            '60023000': { vr: 'OW', value: Buffer.alloc(8) },
          },
        );
        const exchanged = await storeAndRetrieve(writeDicomFile(dataset, { transferSyntaxUid }), name);
        expect(exchanged?.metadata).toEqual(metadataByDcmtk(exchanged?.returned ?? Buffer.alloc(0)));
        expect(exchanged?.metadata).toHaveProperty('60020022');
      },
    );
  },
);
