import { XMLParser } from 'fast-xml-parser';

import { blocksOf, commitBlocks, stageBlock, type BlockReference } from '../domain/lake-block';
import type { HttpResponse } from '../http/exchange';
import { stampHeaders } from './entry-headers';
import { invalidParameter } from './list-parameters';
import { readText, withContent } from './request-body';
import {
  conditionsOf,
  contentHeadersOf,
  expiryOf,
  leaseConditionOf,
  metadataOf,
  tierOf,
} from './request-headers';
import { targetOf, type StorageCall, type StorageOperation } from './storage-operation';
import { document, element, elements, invalidXml, parseXml } from './xml';

const MAXIMUM_ID_BYTES = 64;

export const BLOCK_OPERATIONS: readonly StorageOperation[] = [
  {
    name: 'Put Block',
    dialect: 'blob',
    method: 'PUT',
    level: 'path',
    shape: { comp: 'block' },
    permission: { on: 'blobs', verb: 'write' },
    signedPermissions: 'w',
    run: putBlock,
  },
  {
    name: 'Put Block List',
    dialect: 'blob',
    method: 'PUT',
    level: 'path',
    shape: { comp: 'blocklist' },
    permission: { on: 'blobs', verb: 'write' },
    signedPermissions: 'w',
    run: putBlockList,
  },
  {
    name: 'Get Block List',
    dialect: 'blob',
    method: 'GET',
    level: 'path',
    shape: { comp: 'blocklist' },
    permission: { on: 'blobs', verb: 'read' },
    signedPermissions: 'r',
    run: getBlockList,
  },
];

async function putBlock(call: StorageCall): Promise<HttpResponse> {
  const id = call.request.url.searchParams.get('blockid') ?? '';
  const bytes = Buffer.from(id, 'base64');
  if (bytes.length === 0 || bytes.length > MAXIMUM_ID_BYTES || bytes.toString('base64') !== id) {
    throw invalidParameter('blockid', `base64 of 1 to ${MAXIMUM_ID_BYTES} bytes`, id);
  }
  await withContent(call.request, call.lake.contents, ({ content }) =>
    stageBlock(targetOf(call, leaseConditionOf(call.request.headers)), id, content),
  );
  return { status: 201, headers: { 'x-ms-request-server-encrypted': 'true' } };
}

async function putBlockList(call: StorageCall): Promise<HttpResponse> {
  const { headers } = call.request;
  const list = readBlockList(await readText(call.request));
  const tier = tierOf(headers);
  const expiry = expiryOf(headers);
  const file = commitBlocks(targetOf(call, conditionsOf(headers)), list, {
    headers: contentHeadersOf(headers, 'x-ms-blob-'),
    metadata: metadataOf(headers),
    ...(tier === undefined ? {} : { tier }),
    ...(expiry === undefined ? {} : { expiry }),
  });
  return { status: 201, headers: { ...stampHeaders(file), 'x-ms-request-server-encrypted': 'true' } };
}

function getBlockList(call: StorageCall): HttpResponse {
  const type = call.request.url.searchParams.get('blocklisttype') ?? 'committed';
  if (!['committed', 'uncommitted', 'all'].includes(type)) {
    throw invalidParameter('blocklisttype', 'committed, uncommitted or all', type);
  }
  const { file, uncommitted } = blocksOf(targetOf(call, conditionsOf(call.request.headers)));
  const committed = (file?.blocks ?? []).map(({ id, length }) => blockElement(id, length));
  const staged = [...uncommitted].map(([id, content]) => blockElement(id, content.length));
  const root = element(
    'BlockList',
    (type === 'uncommitted' ? '' : element('CommittedBlocks', committed.join(''))) +
      (type === 'committed' ? '' : element('UncommittedBlocks', staged.join(''))),
  );
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/xml',
      ...(file === undefined
        ? {}
        : { ...stampHeaders(file), 'x-ms-blob-content-length': String(file.content.length) }),
    },
    body: document(root),
  };
}

function blockElement(id: string, size: number): string {
  return element('Block', elements({ Name: id, Size: size }));
}

type OrderedElement = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

const ORDERED_PARSER = new XMLParser({ preserveOrder: true, parseTagValue: false });

/** The order of the list is the order of the file, whatever the mixture of elements. */
function readBlockList(xml: string): readonly BlockReference[] {
  const roots = parseXml(ORDERED_PARSER, xml) as readonly OrderedElement[];
  const list = roots.find((root) => 'BlockList' in root)?.['BlockList'];
  if (list === undefined) throw invalidXml('the root must be BlockList');
  return list.map((item) => {
    const [name = ''] = Object.keys(item);
    const from = name.toLowerCase();
    if (from !== 'committed' && from !== 'uncommitted' && from !== 'latest') {
      throw invalidXml(`elements must be Committed, Uncommitted or Latest, got ${name}`);
    }
    const [text] = item[name] as readonly Readonly<Record<string, string | number | undefined>>[];
    return { from, id: String(text?.['#text'] ?? '').trim() };
  });
}
