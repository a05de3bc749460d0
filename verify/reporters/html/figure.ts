import { html, type Content, type Markup } from './markup';

export interface Figure {
  readonly id: string;
  readonly title: string;
  /** What is shown and how to read it. */
  readonly caption: string;
  /** The same in a table; where there is no picture there is none. */
  readonly picture?: { readonly svg: Markup; readonly table: Markup };
  /** Where the table stands; a table of many columns needs the width of the page. Default: beside. */
  readonly layout?: 'beside' | 'below';
}

/** A picture with its table. */
export function figureMarkup({ id, title, caption, picture, layout = 'beside' }: Figure): Markup {
  if (picture === undefined) {
    return html`<section class="figure" id="${id}">
      <h3>${title}</h3>
      <p>${caption}</p>
    </section> `;
  }
  return html`<section class="figure" id="${id}">
    <h3>${title}</h3>
    <p>${caption}</p>
    <div class="${layout}">
      <div class="picture" role="group" aria-label="Picture: ${title}" tabindex="0">${picture.svg}</div>
      <div class="table">${picture.table}</div>
    </div>
  </section> `;
}

/** A table of which the first column names the rows. */
export function tableMarkup(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly Content[])[],
): Markup {
  return html`<table>
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th> `)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([first, ...others]) =>
          html`<tr>
            <th scope="row">${first}</th>
            ${others.map((cell) => html`<td>${cell}</td> `)}
          </tr> `,
      )}
    </tbody>
  </table>`;
}
