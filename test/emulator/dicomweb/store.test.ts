import {
  syntheticDataset,
  syntheticPixels,
  SYNTAX,
  uidOf,
  writeDicomFile,
  type SyntheticDataset,
} from '../../support/dicom-file';
import { multipartOf } from '../../support/dicom-http';
import {
  instancePath,
  JSON_ACCEPT,
  ORIGINAL_FILE,
  startDicomService,
  type TestDicomService,
} from '../../support/dicom-service';

let service: TestDicomService;
let numberOfNames = 0;

beforeAll(async () => {
  service = await startDicomService();
});
afterAll(() => service[Symbol.asyncDispose]());

/** A file of a study of its own. */
function newFile(changes: SyntheticDataset = {}, transferSyntaxUid: string = SYNTAX.explicit): NamedFile {
  numberOfNames += 1;
  const name = `store-${numberOfNames}`;
  const dataset = syntheticDataset({ study: name, series: name, instance: name }, changes);
  return { name, uid: uidOf(name), bytes: writeDicomFile(dataset, { transferSyntaxUid }) };
}

interface NamedFile {
  readonly name: string;
  readonly uid: string;
  readonly bytes: Buffer;
}

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';

function referenced({ name, uid }: NamedFile): object {
  return {
    '00081150': { vr: 'UI', Value: [CT_IMAGE] },
    '00081155': { vr: 'UI', Value: [uid] },
    '00081190': { vr: 'UR', Value: [`${service.lake.serviceUrl}/v2${instancePath(name, name, name)}`] },
    '00741048': { vr: 'SQ' },
  };
}

function failed(uid: string, reason: number, comment?: string): object {
  return {
    '00081150': { vr: 'UI', Value: [CT_IMAGE] },
    '00081155': { vr: 'UI', Value: [uid] },
    '00081197': { vr: 'US', Value: [reason] },
    ...(comment === undefined
      ? {}
      : { '00741048': { vr: 'SQ', Value: [{ '00000902': { vr: 'LO', Value: [comment] } }] } }),
  };
}

const LARGE_PIXELS = syntheticPixels('large', 256 * 256 * 2);
/** Too large to come in one piece. */
const LARGE_IMAGE: SyntheticDataset = {
  '00280010': { vr: 'US', value: [256] },
  '00280011': { vr: 'US', value: [256] },
  '7FE00010': { vr: 'OW', value: LARGE_PIXELS },
};

describe('a file that does not come in one piece', () => {
  const files: readonly [string, SyntheticDataset, string][] = [
    ['ends with its pixel data', LARGE_IMAGE, SYNTAX.explicit],
    ['has implicit VR', LARGE_IMAGE, SYNTAX.implicit],
    ['is deflated', LARGE_IMAGE, SYNTAX.deflated],
    [
      'has fragments',
      { ...LARGE_IMAGE, '7FE00010': { vr: 'OB', value: { fragments: [LARGE_PIXELS] } } },
      SYNTAX.rle,
    ],
    [
      'goes on after its pixel data',
      { ...LARGE_IMAGE, FFFCFFFC: { vr: 'OB', value: Buffer.alloc(14) } },
      SYNTAX.explicit,
    ],
    [
      'has a long text before its pixel data',
      { ...LARGE_IMAGE, '0040A160': { vr: 'UT', value: 'x'.repeat(100_000) } },
      SYNTAX.explicit,
    ],
  ];
  test.each(files)(
    'and %s is read as a whole: its metadata, its frame and its bytes',
    async (_, changes, transferSyntaxUid) => {
      const file = newFile(changes, transferSyntaxUid);
      expect((await service.store([file.bytes])).status).toBe(
        transferSyntaxUid === SYNTAX.implicit ? 202 : 200,
      );
      const path = instancePath(file.name, file.name, file.name);
      const metadata = await service.send(`${path}/metadata`, { accept: JSON_ACCEPT });
      const text = changes['0040A160']?.value;
      expect(metadata.json).toMatchObject([
        { '00280011': { Value: [256] }, ...(text === undefined ? {} : { '0040A160': { Value: [text] } }) },
      ]);
      const accept = 'application/octet-stream; transfer-syntax=*';
      expect((await service.send(`${path}/frames/1`, { accept })).body.equals(LARGE_PIXELS)).toBe(true);
      const stored = await service.send(path, { accept: ORIGINAL_FILE });
      expect(stored.body.subarray(128).equals(file.bytes.subarray(128))).toBe(true);
    },
  );
});

describe('what is stored', () => {
  test('one instance is answered with 200 and its retrieve URL', async () => {
    const file = newFile();
    const response = await service.store([file.bytes]);
    expect(response.status).toBe(200);
    expect(response.headers['content-type']).toBe('application/dicom+json');
    expect(response.json).toEqual({ '00081199': { vr: 'SQ', Value: [referenced(file)] } });
  });

  test('a study in the URL adds its own retrieve URL', async () => {
    const file = newFile();
    const response = await service.store([file.bytes], `/studies/${file.uid}`);
    expect(response.json).toEqual({
      '00081190': { vr: 'UR', Value: [`${service.lake.serviceUrl}/v2/studies/${file.uid}`] },
      '00081199': { vr: 'SQ', Value: [referenced(file)] },
    });
  });

  test('a single part needs no multipart body', async () => {
    const file = newFile();
    const response = await service.send('/studies', {
      method: 'POST',
      accept: '*/*',
      headers: { 'Content-Type': 'application/dicom' },
      body: file.bytes,
    });
    expect(response.status).toBe(200);
    expect(response.json).toEqual({ '00081199': { vr: 'SQ', Value: [referenced(file)] } });
  });

  test('the file in the lake is what was sent, with zeros for its preamble', async () => {
    const file = newFile();
    const before = await service.files();
    await service.store([file.bytes]);
    const [path = ''] = (await service.files()).filter((name) => !before.includes(name));
    const content = await service.fileSystem.getFileClient(path).readToBuffer();
    expect(content).toEqual(Buffer.concat([Buffer.alloc(128), file.bytes.subarray(128)]));
  });

  test.each([
    ['explicit VR little endian', SYNTAX.explicit],
    ['explicit VR big endian', SYNTAX.bigEndian],
    ['deflated', SYNTAX.deflated],
  ])('%s is stored without a warning and comes back unchanged', async (_, syntax) => {
    const file = newFile({}, syntax);
    expect((await service.store([file.bytes])).status).toBe(200);
    const path = instancePath(file.name, file.name, file.name);
    const { headers, body } = await service.send(path, { accept: ORIGINAL_FILE });
    expect(headers['content-type']).toBe(`application/dicom; transfer-syntax=${syntax}`);
    expect(body.subarray(128)).toEqual(file.bytes.subarray(128));
  });

  test('content that looks like the boundary does not end a part', async () => {
    const pixels = Buffer.from('\r\n--parts-of-a-whole\r\n--part\r\n x--parts\r\n'.padEnd(64, '-'));
    const file = newFile({
      '00280100': { vr: 'US', value: [32] },
      '7FE00010': { vr: 'OW', value: pixels },
    });
    expect((await service.store([file.bytes])).status).toBe(200);
    const path = instancePath(file.name, file.name, file.name);
    const { body } = await service.send(path, { accept: ORIGINAL_FILE });
    expect(body.subarray(128)).toEqual(file.bytes.subarray(128));
  });

  test.each([
    ['a boundary in quotes', 'multipart/related; type="application/dicom"; boundary="parts"'],
    ['a type without quotes', 'multipart/related; type=application/dicom; boundary=parts'],
    ['parameters in another order and case', 'Multipart/Related;BOUNDARY=parts;Type="application/dicom"'],
  ])('%s is understood', async (_, contentType) => {
    const { body } = multipartOf([newFile().bytes]);
    const headers = { 'Content-Type': contentType };
    const response = await service.send('/studies', { method: 'POST', accept: JSON_ACCEPT, headers, body });
    expect(response.status).toBe(200);
  });

  test('the first part may leave its type to the Content-Type of the request', async () => {
    const body = Buffer.concat([
      Buffer.from('--parts\r\n\r\n'),
      newFile().bytes,
      Buffer.from('\r\n--parts--'),
    ]);
    const { headers } = multipartOf([]);
    const response = await service.send('/studies', { method: 'POST', accept: JSON_ACCEPT, headers, body });
    expect(response.status).toBe(200);
  });
});

describe('what is stored with a warning', () => {
  test('implicit VR is stored with 202 and 45063', async () => {
    const file = newFile({}, SYNTAX.implicit);
    const response = await service.store([file.bytes]);
    expect(response.status).toBe(202);
    expect(response.json).toEqual({
      '00081199': {
        vr: 'SQ',
        Value: [{ ...referenced(file), '00081196': { vr: 'US', Value: [45063] } }],
      },
    });
  });

  test('an empty PatientID is stored with 202 and does not overwrite that of the study', async () => {
    const names = { study: 'patient', series: 'patient' };
    const known = syntheticDataset({ ...names, instance: 'known' });
    const empty = syntheticDataset({ ...names, instance: 'empty' }, { '00100020': { vr: 'LO' } });
    expect((await service.store([writeDicomFile(known)])).status).toBe(200);
    const response = await service.store([writeDicomFile(empty)]);
    expect(response.status).toBe(202);
    expect(response.json).toMatchObject({
      '00081199': {
        Value: [
          {
            '00081196': { vr: 'US', Value: [1] },
            '00741048': comments("DICOM100: (0010,0020) - The required tag '(0010,0020)' is missing."),
          },
        ],
      },
    });
    const search = `/studies?StudyInstanceUID=${uidOf('patient')}`;
    expect((await service.send(search, { accept: JSON_ACCEPT })).json).toMatchObject([
      { '00100020': { vr: 'LO', Value: ['PHANTOM-1'] } },
    ]);
  });

  test('an invalid value is left out of the metadata and stays in the file', async () => {
    const file = newFile({ '00080020': { vr: 'DA', value: '20260231' } });
    const response = await service.store([file.bytes]);
    expect(response.status).toBe(202);
    expect(response.json).toMatchObject({
      '00081199': {
        Value: [
          {
            '00081196': { vr: 'US', Value: [1] },
            '00741048': comments('DICOM100: (0008,0020) - Content "20260231" does not validate VR DA'),
          },
        ],
      },
    });
    const path = instancePath(file.name, file.name, file.name);
    const [metadata] = (await service.send(`${path}/metadata`, { accept: JSON_ACCEPT })).json as [object];
    expect(metadata).not.toHaveProperty('00080020');
    expect(metadata).toHaveProperty('00080050');
    const { body } = await service.send(path, { accept: ORIGINAL_FILE });
    expect(body.subarray(128)).toEqual(file.bytes.subarray(128));
  });

  test('an invalid UID inside of a sequence is no reason to refuse the instance', async () => {
    const request = { '0020000D': { vr: 'UI', value: '1.2.x' }, '00400007': { vr: 'LO', value: 'Step' } };
    const file = newFile({ '00400275': { vr: 'SQ', value: [request] } });
    const response = await service.store([file.bytes]);
    expect(response.status).toBe(202);
    expect(response.json).toMatchObject({
      '00081199': {
        Value: [
          {
            '00081196': { vr: 'US', Value: [1] },
            '00741048': comments('DICOM100: (0020,000d) - Content "1.2.x" does not validate VR UI'),
          },
        ],
      },
    });
  });

  test('several values of a searched attribute bring a Warning header', async () => {
    const response = await service.store([newFile({ '00100020': { vr: 'LO', value: 'A\\B' } }).bytes]);
    expect(response.status).toBe(200);
    const { host } = new URL(service.lake.serviceUrl);
    expect(response.headers['warning']).toBe(
      `299 ${host}: "One or more indexed Dicom tag(s) have multiple values, only first value is indexed."`,
    );
  });

  function comments(...texts: readonly string[]): object {
    return { vr: 'SQ', Value: texts.map((text) => ({ '00000902': { vr: 'LO', Value: [text] } })) };
  }
});

/** A sequence of undefined length with an item of undefined length, both left open. */
const ENDLESS_SEQUENCE = Buffer.from('40007502' + '53510000' + 'ffffffff' + 'feff00e0' + 'ffffffff', 'hex');
const ENDS_OF_SEQUENCE = Buffer.from('feff0de000000000' + 'feffdde000000000', 'hex');

describe('what fails', () => {
  test.each([
    ['StudyInstanceUID', '0020000D', '(0020,000d)'],
    ['SeriesInstanceUID', '0020000E', '(0020,000e)'],
    ['PatientID', '00100020', '(0010,0020)'],
  ])('an instance without %s is refused with 43264', async (_, tag, printed) => {
    const file = newFile({ [tag]: undefined });
    const response = await service.store([file.bytes]);
    expect(response.status).toBe(409);
    const comment = `DICOM100: ${printed} - The required tag '${printed}' is missing.`;
    expect(response.json).toEqual({ '00081198': { vr: 'SQ', Value: [failed(file.uid, 43264, comment)] } });
  });

  test.each(['00080016', '00080018'])('an instance without %s is refused with 43264', async (tag) => {
    const response = await service.store([newFile({ [tag]: undefined }).bytes]);
    expect(response.status).toBe(409);
    expect(response.json).toMatchObject({ '00081198': { Value: [{ '00081197': { Value: [43264] } }] } });
  });

  test.each([
    ['letters', '1.2.x'],
    ['more than 64 characters', `1.${'2'.repeat(63)}`],
    ['a dot at the end', '1.2.'],
  ])('a UID with %s is refused with 43264', async (_, uid) => {
    const response = await service.store([newFile({ '0020000E': { vr: 'UI', value: uid } }).bytes]);
    expect(response.status).toBe(409);
    expect(response.json).toMatchObject({ '00081198': { Value: [{ '00081197': { Value: [43264] } }] } });
  });

  test('an instance of another study than that in the URL is refused with 43265', async () => {
    const file = newFile();
    const response = await service.store([file.bytes], '/studies/1.2.3');
    expect(response.status).toBe(409);
    const comment = 'DICOM100: (0020,000d) - The instance does not belong to the study 1.2.3.';
    expect(response.json).toEqual({ '00081198': { vr: 'SQ', Value: [failed(file.uid, 43265, comment)] } });
  });

  test('an instance that is there already is refused with 45070', async () => {
    const file = newFile();
    await service.store([file.bytes]);
    const response = await service.store([file.bytes]);
    expect(response.status).toBe(409);
    expect(response.json).toEqual({ '00081198': { vr: 'SQ', Value: [failed(file.uid, 45070)] } });
  });

  test('the same instance twice in one body is stored once, with 202', async () => {
    const file = newFile();
    const response = await service.store([file.bytes, file.bytes]);
    expect(response.status).toBe(202);
    expect(response.json).toEqual({
      '00081198': { vr: 'SQ', Value: [failed(file.uid, 45070)] },
      '00081199': { vr: 'SQ', Value: [referenced(file)] },
    });
  });

  test('a good instance is stored beside a bad one, with 202', async () => {
    const file = newFile();
    const response = await service.store([Buffer.from('no DICOM file'), file.bytes]);
    expect(response.status).toBe(202);
    expect(response.json).toEqual({
      '00081198': { vr: 'SQ', Value: [{ '00081197': { vr: 'US', Value: [272] } }] },
      '00081199': { vr: 'SQ', Value: [referenced(file)] },
    });
  });

  const whole = newFile().bytes;
  const encapsulated = newFile(
    { '7FE00010': { vr: 'OB', value: { fragments: [syntheticPixels('a', 40)] } } },
    SYNTAX.rle,
  ).bytes;
  test.each([
    ['an empty body', Buffer.alloc(0)],
    ['text', Buffer.from('this is no DICOM file')],
    ['a preamble with nothing behind it', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')])],
    ['pixel data that is cut off', whole.subarray(0, -2)],
    ['long pixel data that is cut off', newFile(LARGE_IMAGE).bytes.subarray(0, -2)],
    ['an element that is cut off', whole.subarray(0, -40)],
    ['implicit VR that is cut off', newFile({}, SYNTAX.implicit).bytes.subarray(0, -2)],
    ['a deflated data set that is cut off', newFile({}, SYNTAX.deflated).bytes.subarray(0, -30)],
    [
      'a sequence without an end',
      Buffer.concat([newFile({ '7FE00010': undefined }).bytes, ENDLESS_SEQUENCE]),
    ],
    [
      'a sequence in a thousand others',
      Buffer.concat([
        newFile({ '7FE00010': undefined }).bytes,
        ...Array.from({ length: 1000 }, () => ENDLESS_SEQUENCE),
        ...Array.from({ length: 1000 }, () => ENDS_OF_SEQUENCE),
      ]),
    ],
    ['fragments without an end', encapsulated.subarray(0, -8)],
    ['a fragment that is cut off', encapsulated.subarray(0, -20)],
  ])('%s is refused with 272', async (_, body) => {
    const headers = { 'Content-Type': 'application/dicom' };
    const response = await service.send('/studies', { method: 'POST', accept: JSON_ACCEPT, headers, body });
    expect(response.status).toBe(409);
    expect(response.json).toEqual({
      '00081198': { vr: 'SQ', Value: [{ '00081197': { vr: 'US', Value: [272] } }] },
    });
  });
});

test('a long file that ends with its pixel data is stored as it is', async () => {
  const pixels = Buffer.alloc(9 * 1024 * 1024, 7);
  const file = newFile({ '7FE00010': { vr: 'OW', value: pixels } });
  expect((await service.store([file.bytes])).status).toBe(200);
  const path = instancePath(file.name, file.name, file.name);
  const { body } = await service.send(path, { accept: ORIGINAL_FILE });
  expect(body.subarray(128).equals(file.bytes.subarray(128))).toBe(true);
});
