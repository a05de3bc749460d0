import { ServiceRefusal, UnreadableAnswer } from '../error';
import { type ArmBody, objectIn, parseArmBody, textIn } from './arm-body';
import type { SendHttp } from './http';

/**
 * Reads resources without a model in between: the SDKs drop what their version does not know.
 *
 * @see https://learn.microsoft.com/rest/api/azure/
 */
export class ArmReader {
  public constructor(
    private readonly send: SendHttp,
    /** Without a slash at the end. */
    private readonly endpoint: string,
    /** By URL; absent where every read is to be sent. */
    private readonly answers?: Map<string, Promise<ArmBody>>,
  ) {}

  /**
   * A reader for one run: what it was asked for before, by whichever probe, it answers as it did then, so that all
   * judge one state. A refusal is no answer, and lists are always sent: roles are asked for again once they may count.
   */
  public forOneRun(): ArmReader {
    return new ArmReader(this.send, this.endpoint, new Map());
  }

  /**
   * @param id resource id, or a path below one, with the slash at its beginning
   * @throws ServiceRefusal where it is answered anything but 200; UnreadableAnswer where that is no JSON object
   */
  public async get(
    id: string,
    apiVersion: string,
    signal?: AbortSignal,
    query: Readonly<Record<string, string>> = {},
  ): Promise<ArmBody> {
    const url = `${this.endpoint}${id}?${new URLSearchParams({ 'api-version': apiVersion, ...query }).toString()}`;
    const { answers } = this;
    if (answers === undefined) return this.read(url, signal);
    const known = answers.get(url) ?? this.read(url, signal);
    answers.set(url, known);
    try {
      return await known;
    } catch (error) {
      if (answers.get(url) === known) answers.delete(url);
      throw error;
    }
  }

  /** All pages of a collection. */
  public async list(
    id: string,
    apiVersion: string,
    signal?: AbortSignal,
    query: Readonly<Record<string, string>> = {},
  ): Promise<readonly ArmBody[]> {
    const first = `${this.endpoint}${id}?${new URLSearchParams({ 'api-version': apiVersion, ...query }).toString()}`;
    const found: ArmBody[] = [];
    for (let url: string | undefined = first; url !== undefined;) {
      const page = await this.read(url, signal);
      if (!Array.isArray(page['value'])) throw new UnreadableAnswer(LISTING, 'it has no list of values');
      found.push(...(page['value'] as readonly ArmBody[]));
      url = this.nextOf(page);
    }
    return found;
  }

  /** The token goes to Azure Resource Manager and nowhere else. */
  private nextOf({ nextLink }: ArmBody): string | undefined {
    if (typeof nextLink !== 'string' || nextLink === '') return undefined;
    const { origin } = new URL(this.endpoint);
    if (!URL.canParse(nextLink) || new URL(nextLink).origin !== origin)
      throw new UnreadableAnswer(LISTING, `its nextLink leads away from ${origin}`);
    return nextLink;
  }

  private async read(url: string, signal?: AbortSignal): Promise<ArmBody> {
    const answer = await this.send({ method: 'GET', url, ...(signal === undefined ? {} : { signal }) });
    const body = parseArmBody(answer.body);
    const operation = `reading ${new URL(url).pathname.split('/').slice(-2).join('/')}`;
    if (answer.status !== 200) throw new ServiceRefusal('arm', operation, answer.status, codeOf(body));
    if (body === undefined) throw new UnreadableAnswer(operation, 'it is no JSON object');
    return body;
  }
}

/**
 * A resource, or undefined where Azure Resource Manager knows of none.
 *
 * @throws ServiceRefusal where it is refused for any other reason
 */
export async function absentAsUndefined(reading: Promise<ArmBody>): Promise<ArmBody | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ServiceRefusal && error.status === 404) return undefined;
    throw error;
  }
}

const LISTING = 'a listing of Azure Resource Manager';

/** Azure Monitor puts its errors into no `error`. */
function codeOf(body: ArmBody = {}): string | undefined {
  return textIn('error' in body ? objectIn(body, 'error') : body, 'code');
}
