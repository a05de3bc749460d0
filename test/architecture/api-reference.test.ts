import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const REFERENCE = path.join(ROOT, 'docs', 'api');
const TYPEDOC = path.join(ROOT, 'node_modules', 'typedoc', 'bin', 'typedoc');

/** `npm run docs` writes the reference, and this test fails where it is stale. */
test('the API reference says what the docstrings say', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dicom-lake-api-'));
  try {
    execFileSync(process.execPath, [TYPEDOC, '--out', folder], { cwd: ROOT, stdio: 'pipe' });
    if (process.env['UPDATE_DOCS'] === '1') {
      rmSync(REFERENCE, { recursive: true, force: true });
      cpSync(folder, REFERENCE, { recursive: true });
    }
    expect(pagesIn(REFERENCE)).toEqual(pagesIn(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);

test('the reference names no machine', () => {
  for (const text of Object.values(pagesIn(REFERENCE))) expect(text).not.toContain(ROOT);
});

function pagesIn(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.md'),
  );
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
  );
}
