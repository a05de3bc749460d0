import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { faultsMarkdown } from '../../emulator';
import { findingsMarkdown } from '../../guards';
import { checksMarkdown, errorsMarkdown, reportSchemaJson } from '../../verify';

const ROOT = path.resolve(__dirname, '../..');

/** Docs that list things are generated: `npm run docs` writes them, and this test fails where they are stale. */
test.each([
  ['docs/checks.md', checksMarkdown],
  ['docs/errors.md', errorsMarkdown],
  ['docs/faults.md', faultsMarkdown],
  ['docs/guard.md', findingsMarkdown],
  ['docs/report.schema.json', reportSchemaJson],
])('%s is fresh', (name, generate) => {
  const file = path.join(ROOT, name);
  const fresh = generate();
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, fresh);
  expect(readFileSync(file, 'utf8')).toBe(fresh);
});
