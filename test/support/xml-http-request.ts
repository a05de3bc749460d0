import type { IncomingHttpHeaders } from 'node:http';
import { send } from './dicom-http';

/** As much of a browser's XMLHttpRequest as dicomweb-client uses, for Node, trusting one certificate authority. */
export function xmlHttpRequestTrusting(ca: string): new () => object {
  return class {
    public readyState = 0;
    public status = 0;
    public responseType = '';
    public response: unknown = null;
    public onreadystatechange: (() => void) | undefined;
    private method = 'GET';
    private url = '';
    /** Browsers accept anything unless they are told otherwise. */
    private readonly requestHeaders: Record<string, string> = { Accept: '*/*' };
    private responseHeaders: IncomingHttpHeaders = {};

    public open(method: string, url: string): void {
      this.method = method;
      this.url = url;
    }

    public setRequestHeader(name: string, value: string): void {
      this.requestHeaders[name] = value;
    }

    public getResponseHeader(name: string): string | null {
      return this.responseHeaders[name.toLowerCase()]?.toString() ?? null;
    }

    public getAllResponseHeaders(): string {
      return Object.entries(this.responseHeaders)
        .map(([name, value]) => `${name}: ${value?.toString() ?? ''}\r\n`)
        .join('');
    }

    public send(data?: ArrayBuffer): void {
      const body = data === undefined ? {} : { body: Buffer.from(data) };
      const finish = (): void => {
        this.readyState = 4;
        this.onreadystatechange?.();
      };
      send(this.url, ca, { method: this.method, headers: this.requestHeaders, ...body })
        .then(({ status, headers, body: content, text }) => {
          this.status = status;
          this.responseHeaders = headers;
          this.response = this.read(content, text);
        })
        .then(finish, finish);
    }

    /** A browser answers null where JSON was asked for and something else came. */
    private read(content: Buffer, text: string): unknown {
      if (this.responseType === 'arraybuffer') return new Uint8Array(content).buffer;
      if (this.responseType !== 'json') return text;
      try {
        return JSON.parse(text);
      } catch {
        return null;
      }
    }
  };
}
