import { TRANSFER_SYNTAX } from '../domain/dicom-file';
import { ServiceFault } from '../fault';
import { parseMediaTypes, type MediaType } from './media-type';

/** Whatever the instance was stored with. */
export const ORIGINAL = '*';

/** In what form a client gets what it asks for. */
export interface Transfer {
  readonly mediaType: string;
  /** UID, or ORIGINAL. */
  readonly transferSyntax: string;
  readonly framing: 'single' | 'multipart';
}

/** A form in which a resource can be had. */
export interface TransferOffer {
  readonly mediaType: string;
  readonly framings: readonly Transfer['framing'][];
  readonly transferSyntaxes: readonly string[];
  /** Where the client names none. */
  readonly defaultTransferSyntax: string;
}

const { explicitLittleEndian, jpeg2000Lossless } = TRANSFER_SYNTAX;

const DICOM_FILE = {
  mediaType: 'application/dicom',
  transferSyntaxes: [ORIGINAL, explicitLittleEndian, jpeg2000Lossless],
  defaultTransferSyntax: explicitLittleEndian,
};

/** What each kind of resource is offered as; a client that takes anything gets the first. */
export const OFFERS = {
  several: [{ ...DICOM_FILE, framings: ['multipart'] }],
  instance: [{ ...DICOM_FILE, framings: ['single', 'multipart'] }],
  frames: [
    {
      mediaType: 'application/octet-stream',
      framings: ['single', 'multipart'],
      transferSyntaxes: [ORIGINAL, explicitLittleEndian],
      defaultTransferSyntax: explicitLittleEndian,
    },
    {
      mediaType: 'image/jp2',
      framings: ['multipart'],
      transferSyntaxes: [jpeg2000Lossless],
      defaultTransferSyntax: jpeg2000Lossless,
    },
  ],
} as const satisfies Record<string, readonly TransferOffer[]>;

/**
 * Chooses by descending quality. Among equals the first that can be met wins, unless a later one asks for the original.
 *
 * @throws ServiceFault 406 where the client accepts nothing that is offered
 */
export function negotiate(accept: string | undefined, offers: readonly TransferOffer[]): Transfer {
  const ranked = parseMediaTypes(accept ?? '')
    .map((mediaType) => ({
      quality: qualityOf(mediaType),
      asksForOriginal: mediaType.parameters.get('transfer-syntax') === ORIGINAL,
      transfer: meet(mediaType, offers),
    }))
    .sort((a, b) => b.quality - a.quality);
  const first = ranked.find(({ transfer }) => transfer !== undefined);
  const original = ranked.find(
    ({ quality, asksForOriginal, transfer }) =>
      quality === first?.quality && asksForOriginal && transfer !== undefined,
  );
  const chosen = original?.transfer ?? first?.transfer;
  if (chosen === undefined) {
    throw new ServiceFault(406, 'NotAcceptable', 'The request headers are not acceptable');
  }
  return chosen;
}

/** A syntax that is stored, as it is; no transcoding in this emulator. */
export function requireStored(transferSyntax: string, stored: readonly string[]): void {
  if (transferSyntax !== ORIGINAL && !stored.includes(transferSyntax)) {
    throw new ServiceFault(406, 'NotAcceptable', 'The specified transcoding is not supported.');
  }
}

function meet(accepted: MediaType, offers: readonly TransferOffer[]): Transfer | undefined {
  const framing = accepted.type === 'multipart/related' ? 'multipart' : 'single';
  const mediaType = framing === 'single' ? accepted.type : accepted.parameters.get('type')?.toLowerCase();
  const isAny = mediaType === '*/*';
  const offer = offers.find(
    (one) => (isAny || one.mediaType === mediaType) && one.framings.includes(framing),
  );
  if (offer === undefined) return undefined;
  const whenAbsent = isAny ? ORIGINAL : offer.defaultTransferSyntax;
  const transferSyntax = accepted.parameters.get('transfer-syntax') ?? whenAbsent;
  return offer.transferSyntaxes.includes(transferSyntax)
    ? { mediaType: offer.mediaType, transferSyntax, framing: isAny ? 'multipart' : framing }
    : undefined;
}

function qualityOf({ parameters }: MediaType): number {
  const quality = Number(parameters.get('q') ?? 1);
  return Number.isNaN(quality) ? 0 : quality;
}
