import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deployStandardStack } from '../../bench/verify/deploy-standard-stack';
import { observedRun } from '../../bench/verify/observed-run';
import { requestsPerCheck, requestsPerCheckMarkdown } from '../../bench/verify/requests-per-check';
import { startTestEmulator } from '../support/emulator';

const PAGE = path.resolve(__dirname, '../../docs/requests-per-check.md');

/** Held as a page, so that a check that asks twice is seen in review. `npm run docs` writes it. */
test('docs/requests-per-check.md says what each check asks', async () => {
  await using emulator = await startTestEmulator();
  const manifest = await deployStandardStack(emulator);
  const { checks } = await observedRun(emulator, manifest);
  expect(checks.length).toBeGreaterThan(40);
  const counted = await requestsPerCheck(emulator, manifest, checks);
  const fresh = requestsPerCheckMarkdown(counted, emulator.ready);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, fresh);
  expect(readFileSync(PAGE, 'utf8')).toBe(fresh);
}, 60_000);
