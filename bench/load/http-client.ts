import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import type { TokenCredential } from '@azure/core-auth';
import type { Measurements } from './measurements';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Sending {
  /** Name under which its time counts. */
  readonly name: string;
  /** @default 'GET' */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Statuses that are right; the first one comes to mind first. */
  readonly expected: readonly number[];
}

/** Plain HTTPS in the name of one application, over connections that stay open. */
export class HttpClient {
  private readonly agent: Agent;

  public constructor(
    private readonly options: {
      readonly ca: string;
      readonly credential: TokenCredential;
      readonly scope: string;
      readonly measurements: Measurements;
    },
  ) {
    this.agent = new Agent({ keepAlive: true, ca: options.ca });
  }

  /** @throws the error of the connection, or one that shows an answer with another status than expected */
  public async send(
    url: string,
    { name, method = 'GET', headers = {}, body, expected }: Sending,
  ): Promise<Answer> {
    const { credential, scope, measurements } = this.options;
    const token = await credential.getToken(scope);
    return measurements.time(name, async () => {
      const authorized = { Authorization: `Bearer ${token?.token ?? ''}`, ...headers };
      const answer = await this.exchange(url, method, authorized, body);
      if (expected.includes(answer.status)) return answer;
      const text = answer.body.subarray(0, 500).toString('utf8');
      throw new Error(
        `${method} ${new URL(url).pathname} was answered ${answer.status}, expected ${expected.join(' or ')}: ${text}`,
      );
    });
  }

  public close(): void {
    this.agent.destroy();
  }

  private exchange(
    url: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer | undefined,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(url, { method, headers, agent: this.agent }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const { statusCode: status = 0, headers: received } = incoming;
          resolve({ status, headers: received, body: Buffer.concat(chunks) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}
