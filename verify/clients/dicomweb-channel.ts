import type { HttpAnswer, HttpCall, SendHttp } from './http';

/** UIDs of a study, of a series in it, or of an instance in that. */
export interface DicomUids {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
}

export type DicomLevel = 'study' | 'series' | 'instance';

/** A request below the base URL of a DICOMweb server. */
export interface DicomWebRequest extends Omit<HttpCall, 'url' | 'signal' | 'operation'> {
  /** What is asked for, without identifiers. */
  readonly operation: string;
  readonly path: string;
}

/** Sends requests to one DICOMweb server, or to one partition of it. */
export class DicomWebChannel {
  /** @param baseUrl with version and, where it has them, the partition; no slash at the end */
  public constructor(
    private readonly send: SendHttp,
    private readonly baseUrl: string,
    private readonly signal?: AbortSignal,
  ) {}

  public ask({ path, ...call }: DicomWebRequest): Promise<HttpAnswer> {
    const signal = this.signal === undefined ? {} : { signal: this.signal };
    return this.send({ ...call, url: `${this.baseUrl}${path}`, ...signal });
  }
}

export function levelOf({ seriesInstanceUid, sopInstanceUid }: DicomUids): DicomLevel {
  if (seriesInstanceUid === undefined) return 'study';
  return sopInstanceUid === undefined ? 'series' : 'instance';
}

export function pathOf({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: DicomUids): string {
  const series = seriesInstanceUid === undefined ? '' : `/series/${seriesInstanceUid}`;
  const instance = sopInstanceUid === undefined ? '' : `/instances/${sopInstanceUid}`;
  return `/studies/${studyInstanceUid}${series}${instance}`;
}
