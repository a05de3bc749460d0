import http from 'node:http';
import https from 'node:https';
import { AT_ONCE, type BlobCaller, type BlobPlace } from './blob-calls';

const VERSION = '2021-12-02';

/** Sends the requests themselves, so that no client stands between. */
export class RawCaller implements BlobCaller {
  readonly #place: BlobPlace;
  readonly #agent: http.Agent;

  public constructor(place: BlobPlace) {
    this.#place = place;
    const options = { keepAlive: true, maxSockets: AT_ONCE };
    this.#agent =
      place.ca === undefined ? new http.Agent(options) : new https.Agent({ ...options, ca: place.ca });
  }

  public async put(name: string, content: Buffer): Promise<void> {
    await this.#ask('PUT', `/${name}`, '', 201, { 'x-ms-blob-type': 'BlockBlob' }, content);
  }

  public async get(name: string): Promise<number> {
    return (await this.#ask('GET', `/${name}`, '', 200)).length;
  }

  public async setTier(name: string, tier: 'Hot' | 'Cool'): Promise<void> {
    await this.#ask('PUT', `/${name}`, 'comp=tier', 200, { 'x-ms-access-tier': tier });
  }

  public async list(prefix: string): Promise<number> {
    let found = 0;
    for (let marker = '', more = true; more;) {
      const query = `restype=container&comp=list&prefix=${encodeURIComponent(prefix)}&marker=${encodeURIComponent(marker)}`;
      const page = (await this.#ask('GET', '', query, 200)).toString();
      found += page.split('<BlobType>').length - 1;
      marker = /<NextMarker>([^<]+)<\/NextMarker>/.exec(page)?.[1] ?? '';
      more = marker !== '';
    }
    return found;
  }

  #ask(
    method: string,
    path: string,
    query: string,
    expected: number,
    headers: Readonly<Record<string, string>> = {},
    body: Buffer = Buffer.alloc(0),
  ): Promise<Buffer> {
    const { url, ca, bearer, signature } = this.#place;
    const { request } = ca === undefined ? http : https;
    const queries = [query, signature ?? ''].filter((one) => one !== '').join('&');
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${url}${path}${queries === '' ? '' : `?${queries}`}`,
        {
          method,
          agent: this.#agent,
          headers: {
            'x-ms-version': VERSION,
            ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }),
            ...(method === 'PUT' ? { 'Content-Length': String(body.length) } : {}),
            ...headers,
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            if (incoming.statusCode === expected) resolve(Buffer.concat(chunks));
            else reject(new Error(`${method} ${path}?${query} was answered ${incoming.statusCode}`));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
