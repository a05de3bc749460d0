import { DEFAULT_PRICES } from '../../verify/audit/default-prices';
import { priceFields } from '../../verify/audit/price-book';

/** The part of docs/audit-prices.md that lists the fields of a price file, and the prices where none is given. */
export function priceFieldsMarkdown(): string {
  return [
    '| field | meaning | where it is absent |',
    '| --- | --- | --- |',
    ...priceFields().map(
      ({ name, meaning, whenAbsent }) =>
        `| \`${name}\` | ${meaning} | ${whenAbsent === undefined ? 'refused' : `\`${whenAbsent}\``} |`,
    ),
    '',
    'Without a price file these are taken:',
    '',
    '```json',
    JSON.stringify(DEFAULT_PRICES, undefined, 2),
    '```',
    '',
  ].join('\n');
}
