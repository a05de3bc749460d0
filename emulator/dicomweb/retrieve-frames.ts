import { TRANSFER_SYNTAX } from '../domain/dicom-file';
import { holdContents, type LakeContent } from '../domain/lake-content';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { multipart } from './retrieve';
import { identifiersIn, notFound, type DicomExchange, type DicomRoute } from './route';
import { negotiate, OFFERS, ORIGINAL, requireStored } from './transfer';

/** In these, frames lie in the file as they do with explicit VR little endian. */
const PLAIN_SYNTAXES: readonly string[] = [
  TRANSFER_SYNTAX.explicitLittleEndian,
  TRANSFER_SYNTAX.implicitLittleEndian,
  TRANSFER_SYNTAX.deflatedLittleEndian,
];

/** Returns frames of an instance by their numbers, from 1 on. */
export const FRAME_ROUTES: readonly DicomRoute[] = [
  {
    method: 'GET',
    path: '/studies/{study}/series/{series}/instances/{instance}/frames/{frames}',
    permission: 'read',
    partition: 'existing',
    handle: retrieveFrames,
  },
];

async function retrieveFrames(exchange: DicomExchange): Promise<HttpResponse> {
  const { request, service, partition, parameters } = exchange;
  const identifiers = identifiersIn(exchange);
  const numbers = frameNumbers(parameters['frames'] ?? '');
  const { transferSyntax, framing, mediaType } = negotiate(request.headers.accept, OFFERS.frames);
  if (framing === 'single' && numbers.length > 1) {
    throw badRequest(
      'The accept header is supported for single frame retrieval, use multi-part accept header instead.',
    );
  }
  const [instance] = partition.index.find(identifiers);
  if (instance === undefined) throw notFound(identifiers);
  const stored = instance.transferSyntaxUid;
  requireStored(transferSyntax, PLAIN_SYNTAXES.includes(stored) ? PLAIN_SYNTAXES : [stored]);
  const frames = numbers.map((number) => {
    const frame = instance.frames[number - 1];
    if (frame === undefined) throw new ServiceFault(404, 'NotFound', 'The specified frame cannot be found.');
    return frame;
  });
  const syntax = transferSyntax === ORIGINAL ? stored : transferSyntax;
  const contentType = `${mediaType}; transfer-syntax=${syntax}`;
  const contents = await service.readFrames(instance, frames);
  const parts = contents.map((content) => ({
    contentType,
    length: content.length,
    content: Buffer.isBuffer(content) ? content : service.contents.read(content),
  }));
  const held = contents.filter((content): content is LakeContent => !Buffer.isBuffer(content));
  const release = holdContents(service.contents, held);
  const [first] = parts;
  if (framing === 'single' && first !== undefined) {
    const headers = { 'Content-Type': contentType, 'Content-Length': String(first.length) };
    return { status: 200, headers, body: first.content, release };
  }
  return { ...multipart(parts), release };
}

/** The service reads numbers of 32 bits. */
const MAX_FRAME_NUMBER = 0x7fff_ffff;

/** @throws ServiceFault 400 */
export function frameNumbers(text: string): readonly number[] {
  const numbers = text.split(',').map((part) => (/^\d+$/.test(part.trim()) ? Number(part) : 0));
  if (numbers.some((number) => number <= 0 || number > MAX_FRAME_NUMBER)) {
    throw badRequest(
      'The specified frames value is not valid. At least one frame must be present, and all requested frames must have value greater than 0.',
    );
  }
  return numbers;
}

function badRequest(message: string): ServiceFault {
  return new ServiceFault(400, 'BadRequest', message);
}
