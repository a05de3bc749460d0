import { type Content, html, Markup } from './markup';
import { STYLE } from './style';

/** Nothing is fetched and nothing runs, whatever a text of the report says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export interface Page {
  readonly title: string;
  /** For the keyboard: to what is read first, past what stands before it. */
  readonly skip: { readonly id: string; readonly text: string };
  readonly header: Content;
  readonly main: Content;
}

/** A page that needs no other file. */
export function pageText({ title, skip, header, main }: Page): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <a class="skip" href="#${skip.id}">${skip.text}</a>
        ${header}
        <main>${main}</main>
      </body>
    </html> `;
  return page.text;
}
