import { PageParser, type ListedPage } from '../../../../verify/audit/listing/page-parser';
import type { AuditedFile } from '../../../../verify/audit/model';

const TIME = 'Thu, 26 Nov 2026 12:00:00 GMT';

interface ParsedPage extends ListedPage {
  readonly files: readonly AuditedFile[];
  readonly folders: readonly string[];
}

function parse(xml: string, chunk = xml.length): ParsedPage {
  const files: AuditedFile[] = [];
  const folders: string[] = [];
  const parser = new PageParser({
    takeFile: (file) => files.push(file),
    takeFolder: (path) => folders.push(path),
  });
  const bytes = Buffer.from(xml);
  for (let at = 0; at < bytes.length; at += chunk) parser.write(bytes.subarray(at, at + chunk));
  return { ...parser.end(), files, folders };
}

function page(blobs: string, marker = ''): string {
  return `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="https://lake.blob.core.windows.net/" ContainerName="dicom"><Blobs>${blobs}</Blobs><NextMarker>${marker}</NextMarker></EnumerationResults>`;
}

function blob(name: string, more = '<AccessTier>Hot</AccessTier>'): string {
  return `<Blob>${name}<Properties><Creation-Time>${TIME}</Creation-Time><Last-Modified>${TIME}</Last-Modified><Etag>0x8D</Etag><Content-Length>17</Content-Length>${more}</Properties><OrMetadata /></Blob>`;
}

test.each([1, 7, 4_096])('reads a page that comes in pieces of %d bytes', (chunk) => {
  const rehydrating =
    '<AccessTier>Archive</AccessTier><AccessTierChangeTime>Wed, 25 Nov 2026 12:00:00 GMT</AccessTierChangeTime><ArchiveStatus>rehydrate-pending-to-hot</ArchiveStatus><LastAccessTime>Tue, 24 Nov 2026 12:00:00 GMT</LastAccessTime>';
  const xml = page(
    blob('<Name>AHDS/ü &amp; &lt;x&gt;.dcm</Name>') + blob('<Name>b</Name>', rehydrating),
    '2!abc&amp;',
  );
  const at = Date.parse(TIME);
  expect(parse(xml, chunk)).toEqual({
    files: [
      { path: 'AHDS/ü & <x>.dcm', bytes: 17, createdAt: at, modifiedAt: at, tier: 'Hot', rehydrating: false },
      {
        path: 'b',
        bytes: 17,
        createdAt: at,
        modifiedAt: at,
        accessedAt: Date.UTC(2026, 10, 24, 12),
        tier: 'Archive',
        tierChangedAt: Date.UTC(2026, 10, 25, 12),
        rehydrating: true,
      },
    ],
    prefixes: [],
    folders: [],
    nextMarker: '2!abc&',
  });
});

test('tells folders from files, with and without what the service says of them', () => {
  const { files, folders, prefixes } = parse(
    page(
      blob('<Name>a</Name>', '<ResourceType>directory</ResourceType>') +
        blob('<Name>b</Name>', '') +
        blob('<Name>c</Name>', '<ResourceType>file</ResourceType>') +
        '<BlobPrefix><Name>d/</Name><Properties><ResourceType>directory</ResourceType></Properties></BlobPrefix>',
    ),
  );
  expect(files.map(({ path, tier }) => [path, tier])).toEqual([['c', 'none']]);
  expect(folders).toEqual(['a', 'b']);
  expect(prefixes).toEqual(['d/']);
});

test('decodes names that XML cannot hold', () => {
  const { files } = parse(page(blob('<Name Encoded="true">a%01%25b</Name>') + blob('<Name>a%25b</Name>')));
  expect(files.map(({ path }) => path)).toEqual(['a\u0001%b', 'a%25b']);
});

test.each([
  ['is cut off', page(blob('<Name>a</Name>')).slice(0, -40)],
  ['is no XML', 'Bad gateway'],
  ['is another document', '<Error><Code>ServerBusy</Code></Error>'],
  ['is empty', ''],
  [
    'has an entry without a size',
    page('<Blob><Name>a</Name><Properties><AccessTier>Hot</AccessTier></Properties></Blob>'),
  ],
])('refuses a page that %s', (_what, xml) => {
  expect(() => parse(xml)).toThrow();
});
