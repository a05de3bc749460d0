import { stageBlock } from '../../emulator/domain/lake-block';
import { append, flush, setExpiry, setMetadata, setTier } from '../../emulator/domain/lake-change';
import { type LakeContext, LakeFileSystem } from '../../emulator/domain/lake-file-system';
import { listPaths, type ListQuery } from '../../emulator/domain/lake-listing';
import { rename } from '../../emulator/domain/lake-rename';
import { LakeSequence } from '../../emulator/domain/lake-sequence';
import { type BlobTier, type RehydratePriority, tierAt } from '../../emulator/domain/lake-tier';
import { remainingRetentionDays } from '../../emulator/domain/lake-trash';
import { errorOf } from '../support/errors';
import { textContent, textIn } from '../support/memory-contents';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);

let files: LakeFileSystem;
beforeEach(() => {
  files = new LakeFileSystem(new LakeSequence());
});

function at(now: number, settings: Partial<LakeContext> = {}): LakeContext {
  return { now, principalId: 'writer', retentionDays: 0, lastAccessTracking: false, ...settings };
}

function write(path: string, text = 'x', context = at(START)): void {
  files.write(path, context, { content: textContent(text) });
}

function targetAt(path: string, now = START) {
  return { files, path, context: at(now), conditions: {} };
}

function names(query: Partial<ListQuery> = {}, now = START): readonly string[] {
  const all: ListQuery = { prefix: '', byHierarchy: false, show: 'live', limit: 5000 };
  return listPaths(files, { ...all, ...query }, now).paths.map(({ kind, path }) =>
    kind === 'prefix' ? `${path}/` : path,
  );
}

describe('directories', () => {
  test('stand above every file that is written, and stay when it goes', () => {
    write('a/b/c.txt');
    expect(files.find('a/b', START)).toMatchObject({ kind: 'directory', owner: 'writer' });
    files.remove('a/b/c.txt', at(START));
    expect(names()).toEqual(['a', 'a/b']);
  });

  test('are not written over, and nothing is written below a file', () => {
    write('a/b');
    expect(errorOf(() => write('a'))).toMatchObject({ kind: 'type-mismatch' });
    expect(errorOf(() => write('a/b/c'))).toMatchObject({ kind: 'type-mismatch' });
    expect(errorOf(() => files.makeDirectory('a/b', at(START)))).toMatchObject({ kind: 'type-mismatch' });
    expect(names()).toEqual(['a', 'a/b']);
  });

  test('go only when they are empty, or with all they hold', () => {
    for (const path of ['d/1', 'd/e/2', 'd-not', 'd0']) write(path);
    expect(errorOf(() => files.remove('d', at(START)))).toMatchObject({ kind: 'directory-not-empty' });
    files.remove('d', at(START), { recursive: true });
    expect(names()).toEqual(['d-not', 'd0']);
    files.makeDirectory('empty', at(START));
    files.remove('empty', at(START));
    expect(names()).toEqual(['d-not', 'd0']);
  });

  test('made again keep what they hold and when they were made', () => {
    write('d/1');
    files.makeDirectory('d', at(START + DAY), { metadata: { k: 'v' } });
    expect(files.find('d', START + DAY)).toMatchObject({
      createdAt: START,
      lastModifiedAt: START + DAY,
      metadata: { k: 'v' },
    });
    expect(names()).toEqual(['d', 'd/1']);
  });
});

describe('soft delete', () => {
  const kept = { retentionDays: 7 };

  test('keeps a file for the days of the account, counted down, and no longer', () => {
    write('a.txt', 'kept');
    const id = files.remove('a.txt', at(START, kept)) ?? '';
    const remaining = (now: number): number | undefined => {
      const found = files.firstDeletedFrom('', now);
      return found === undefined ? undefined : remainingRetentionDays(found[1], now);
    };
    expect(remaining(START)).toBe(6);
    expect(remaining(START + DAY + 1)).toBe(5);
    expect(remaining(START + 7 * DAY - 1)).toBe(0);
    expect(errorOf(() => files.restore('a.txt', id, at(START + 7 * DAY)))).toMatchObject({
      kind: 'path-missing',
    });
    expect(remaining(START + 7 * DAY)).toBeUndefined();
  });

  test('brings a file back as it was', () => {
    write('d/a.txt', 'kept');
    const before = files.find('d/a.txt', START);
    const id = files.remove('d/a.txt', at(START, kept)) ?? '';
    files.remove('d', at(START));
    expect(files.restore('d/a.txt', id, at(START + DAY))).toEqual(before);
    expect(names()).toEqual(['d', 'd/a.txt']);
    expect(names({ show: 'deleted' })).toEqual([]);
  });

  test('keeps each of several files that were deleted from one path', () => {
    write('a.txt', 'one');
    const first = files.remove('a.txt', at(START, kept)) ?? '';
    write('a.txt', 'two');
    files.remove('a.txt', at(START, kept));
    expect(names({ show: 'deleted' })).toEqual(['a.txt', 'a.txt']);
    expect(files.restore('a.txt', first, at(START))).toMatchObject({ content: textContent('one') });
    expect(names({ show: 'both' })).toEqual(['a.txt', 'a.txt']);
  });

  test('keeps a directory as one, with everything in it out of sight until it is back', () => {
    for (const path of ['d/1', 'd/e/2']) write(path);
    const id = files.remove('d', at(START, kept), { recursive: true }) ?? '';
    expect(names({ show: 'both' })).toEqual(['d']);
    files.restore('d', id, at(START));
    expect(names()).toEqual(['d', 'd/1', 'd/e', 'd/e/2']);
  });

  test('does not bring a file back over another, nor below a file, and still keeps it then', () => {
    write('d/a.txt', 'old');
    const id = files.remove('d/a.txt', at(START, kept)) ?? '';
    write('d/a.txt', 'new');
    expect(errorOf(() => files.restore('d/a.txt', id, at(START)))).toMatchObject({ kind: 'path-exists' });
    files.remove('d', at(START), { recursive: true });
    write('d', 'a file now');
    expect(errorOf(() => files.restore('d/a.txt', id, at(START)))).toMatchObject({ kind: 'type-mismatch' });
    files.remove('d', at(START));
    expect(files.restore('d/a.txt', id, at(START))).toMatchObject({ content: textContent('old') });
  });

  test('does not protect what is overwritten', () => {
    write('a.txt', 'one', at(START, kept));
    write('a.txt', 'two', at(START, kept));
    expect(names({ show: 'deleted' })).toEqual([]);
  });
});

describe('expiry', () => {
  test('takes a file away at its moment, from reading and from listings, and leaves its path free', () => {
    files.write('h/health.txt', at(START), {
      content: textContent('Test content.'),
      expiry: { option: 'RelativeToNow', afterMs: 300_000 },
    });
    expect(names({}, START + 299_999)).toEqual(['h', 'h/health.txt']);
    expect(names({}, START + 300_000)).toEqual(['h']);
    expect(errorOf(() => files.stat('h/health.txt', at(START + 300_000)))).toMatchObject({
      kind: 'path-missing',
    });
    files.remove('h', at(START + 300_000));
  });

  test('can be counted from creation, set to a date, lifted, and not be put in the past', () => {
    write('a');
    const vanishesAt = (): number | undefined => {
      const entry = files.find('a', START + DAY);
      return entry?.kind === 'file' ? entry.expiresAt : undefined;
    };
    setExpiry(targetAt('a', START + DAY), { option: 'RelativeToCreation', afterMs: 2 * DAY });
    expect(vanishesAt()).toBe(START + 2 * DAY);
    setExpiry(targetAt('a', START + DAY), { option: 'Absolute', at: START + 9 * DAY });
    expect(vanishesAt()).toBe(START + 9 * DAY);
    expect(
      errorOf(() => setExpiry(targetAt('a', START + DAY), { option: 'RelativeToCreation', afterMs: DAY })),
    ).toMatchObject({ kind: 'expiry-in-the-past' });
    setExpiry(targetAt('a', START + DAY), { option: 'NeverExpire' });
    expect(vanishesAt()).toBeUndefined();
  });

  test('is gone when the file is written anew', () => {
    write('a');
    setExpiry(targetAt('a'), { option: 'RelativeToNow', afterMs: DAY });
    write('a', 'again');
    expect(names({}, START + 2 * DAY)).toEqual(['a']);
  });
});

describe('the time of the last access', () => {
  const tracked = { lastAccessTracking: true };
  const accessedAt = (now: number): number | undefined => {
    const entry = files.find('a', now);
    return entry?.kind === 'file' ? entry.lastAccessedAt : undefined;
  };

  test('moves with a read, at most once in 24 hours, and not with a look at the properties', () => {
    write('a', 'x', at(START, tracked));
    expect(accessedAt(START)).toBe(START);
    files.read('a', at(START + DAY - 1, tracked));
    expect(accessedAt(START)).toBe(START);
    files.stat('a', at(START + DAY, tracked));
    expect(accessedAt(START)).toBe(START);
    const before = files.find('a', START);
    files.read('a', at(START + DAY, tracked));
    expect(accessedAt(START)).toBe(START + DAY);
    expect(files.find('a', START)?.etag).toBe(before?.etag);
  });

  test('is not kept while tracking is off, and begins with the first read after', () => {
    write('a');
    files.read('a', at(START + DAY));
    expect(accessedAt(START)).toBeUndefined();
    files.read('a', at(START + DAY, tracked));
    expect(accessedAt(START)).toBe(START + DAY);
  });
});

describe('tiers', () => {
  const shown = (now: number) => {
    const entry = files.find('a', now);
    return entry?.kind === 'file' ? tierAt(entry.tier, now) : undefined;
  };
  const move = (now: number, tier: BlobTier, priority?: RehydratePriority) =>
    setTier(targetAt('a', now), tier, priority);

  beforeEach(() => write('a'));

  test('are inferred until one is chosen; choosing changes neither ETag nor time of change', () => {
    const before = files.find('a', START);
    expect(shown(START)).toEqual({ tier: 'Hot', inferred: true });
    expect(move(START + DAY, 'Cool')).toBe('done');
    expect(shown(START + DAY)).toEqual({ tier: 'Cool', inferred: false, changedAt: START + DAY });
    expect(files.find('a', START)).toMatchObject({ etag: before?.etag, lastModifiedAt: START });
  });

  test.each([
    ['Standard', 15 * HOUR],
    ['High', HOUR],
  ] as const)('leave the archive with %s priority after %d ms', (priority, delay) => {
    move(START, 'Archive');
    expect(move(START + DAY, 'Cold', priority)).toBe('pending');
    const pending = { tier: 'Archive', changedAt: START, rehydrating: { to: 'Cold', priority } };
    expect(shown(START + DAY + delay - 1)).toMatchObject(pending);
    expect(shown(START + DAY + delay)).toEqual({
      tier: 'Cold',
      inferred: false,
      changedAt: START + DAY + delay,
    });
  });

  test('keep archived content from being read or changed, but not from being replaced', () => {
    move(START, 'Archive');
    for (const action of [
      () => files.read('a', at(START)),
      () => setMetadata(targetAt('a'), { k: 'v' }),
      () => append(targetAt('a'), { position: 1, content: textContent('y') }),
    ]) {
      expect(errorOf(action)).toMatchObject({ kind: 'archived' });
    }
    expect(files.stat('a', at(START))).toMatchObject({ kind: 'file' });
    write('a', 'again');
    expect(shown(START)).toEqual({ tier: 'Hot', inferred: true });
  });

  test('on the way out of the archive take a higher priority, and nothing else', () => {
    move(START, 'Archive');
    move(START, 'Hot', 'Standard');
    expect(errorOf(() => move(START, 'Cool'))).toMatchObject({ kind: 'being-rehydrated' });
    expect(errorOf(() => move(START, 'Archive'))).toMatchObject({ kind: 'being-rehydrated' });
    expect(move(START + HOUR, 'Hot', 'High')).toBe('pending');
    expect(errorOf(() => move(START + HOUR, 'Hot', 'Standard'))).toMatchObject({
      kind: 'being-rehydrated',
    });
    expect(shown(START + 2 * HOUR)).toMatchObject({ tier: 'Hot', changedAt: START + 2 * HOUR });
  });
});

describe('appending', () => {
  beforeEach(() => write('a', 'ab'));

  test('takes chunks in any order and joins them at the flush', () => {
    append(targetAt('a'), { position: 4, content: textContent('ef') });
    append(targetAt('a'), { position: 2, content: textContent('cd') });
    expect(files.find('a', START)).toMatchObject({ content: textContent('ab') });
    const before = files.find('a', START);
    const flushed = flush(targetAt('a', START + DAY), 6, {}, false);
    expect(textIn(flushed.content)).toBe('abcdef');
    expect(flushed.lastModifiedAt).toBe(START + DAY);
    expect(flushed.etag).not.toBe(before?.etag);
  });

  test('fails with a gap, with another length, and over what is already there', () => {
    append(targetAt('a'), { position: 3, content: textContent('d') });
    expect(errorOf(() => flush(targetAt('a'), 4, {}, false))).toMatchObject({
      kind: 'invalid-flush-position',
    });
    append(targetAt('a'), { position: 2, content: textContent('c') });
    expect(errorOf(() => flush(targetAt('a'), 3, {}, false))).toMatchObject({
      kind: 'invalid-flush-position',
    });
    expect(errorOf(() => append(targetAt('a'), { position: 1, content: textContent('z') }))).toMatchObject({
      kind: 'invalid-flush-position',
    });
    expect(textIn(flush(targetAt('a'), 4, {}, false).content)).toBe('abcd');
  });

  test('can keep later chunks back, and forgets all of them when the file is replaced', () => {
    append(targetAt('a'), { position: 2, content: textContent('c') });
    append(targetAt('a'), { position: 3, content: textContent('d') });
    expect(textIn(flush(targetAt('a'), 3, {}, true).content)).toBe('abc');
    expect(textIn(flush(targetAt('a'), 4, {}, false).content)).toBe('abcd');
    append(targetAt('a'), { position: 4, content: textContent('e') });
    write('a', 'new');
    expect(textIn(flush(targetAt('a'), 3, {}, false).content)).toBe('new');
  });
});

describe('blocks', () => {
  const id = Buffer.from('one').toString('base64');
  const staged = (now: number): readonly string[] => [...files.staged.of('a', now).keys()];

  test('wait for a week after the last one came', () => {
    stageBlock(targetAt('a'), id, textContent('x'));
    stageBlock(targetAt('a', START + DAY), id, textContent('y'));
    expect(staged(START + 8 * DAY - 1)).toEqual([id]);
    expect(staged(START + 8 * DAY)).toEqual([]);
  });

  test('are forgotten when the file is written otherwise, renamed or deleted', () => {
    for (const action of [
      () => write('a'),
      () => files.remove('a', at(START)),
      () => {
        write('b');
        rename({ files, path: 'b', conditions: {} }, { files, path: 'a', conditions: {} }, at(START));
      },
    ]) {
      write('a');
      stageBlock(targetAt('a'), id, textContent('x'));
      action();
      expect(staged(START)).toEqual([]);
    }
  });
});

describe('rename', () => {
  const move = (from: string, to: string, conditions: object = {}) =>
    rename({ files, path: from, conditions }, { files, path: to, conditions: {} }, at(START));

  test('moves a directory with all it holds and leaves ETags alone', () => {
    for (const path of ['d/1', 'd/e/2', 'd2']) write(path);
    const before = files.find('d/e/2', START);
    move('d', 'moved');
    expect(names()).toEqual(['d2', 'moved', 'moved/1', 'moved/e', 'moved/e/2']);
    expect(files.find('moved/e/2', START)).toEqual(before);
  });

  test('replaces a file by a file and an empty directory by a directory', () => {
    write('a', 'from');
    write('b', 'to');
    move('a', 'b');
    expect(files.find('b', START)).toMatchObject({ content: textContent('from') });
    write('d/1');
    files.makeDirectory('empty', at(START));
    move('d', 'empty');
    expect(names()).toEqual(['b', 'empty', 'empty/1']);
  });

  test.each([
    ['nothing', 'x', 'source-missing'],
    ['d', 'd/e/f', 'rename-into-itself'],
    ['d', 'd', 'rename-into-itself'],
    ['a', 'no/parent', 'destination-parent-missing'],
    ['a', 'b/x', 'type-mismatch'],
    ['a', 'd', 'rename-types-differ'],
    ['d', 'a', 'rename-types-differ'],
    ['d', 'full', 'path-exists'],
  ])('from %s to %s fails with %s and changes nothing', (from, to, kind) => {
    for (const path of ['a', 'b', 'd/e/1', 'full/1']) write(path);
    const before = names();
    expect(errorOf(() => move(from, to))).toMatchObject({ kind });
    expect(names()).toEqual(before);
  });

  test('heeds the conditions on its source', () => {
    write('a');
    expect(errorOf(() => move('a', 'b', { ifMatch: '"0x1"' }))).toMatchObject({
      kind: 'source-condition-not-met',
    });
    move('a', 'b', { ifMatch: files.find('a', START)?.etag });
    expect(names()).toEqual(['b']);
  });
});

describe('listings', () => {
  test('name every directory once by hierarchy, in order with the files beside it', () => {
    for (const path of ['a/1', 'a/2', 'a-b', 'b', 'c/d/3']) write(path);
    expect(names({ byHierarchy: true })).toEqual(['a/', 'a-b', 'b', 'c/']);
    expect(names({ byHierarchy: true, prefix: 'c/' })).toEqual(['c/d/']);
    expect(names({ prefix: 'a' })).toEqual(['a', 'a-b', 'a/1', 'a/2']);
    expect(names({ startFrom: 'a/2' })).toEqual(['a/2', 'b', 'c', 'c/d', 'c/d/3']);
  });

  test.each([true, false])('page through everything exactly once (by hierarchy: %s)', (byHierarchy) => {
    for (const path of ['a/1', 'a/2', 'a-b', 'b', 'c/d/3', 'e']) write(path);
    const whole = names({ byHierarchy });
    const paged: string[] = [];
    let after: string | undefined;
    do {
      const query: ListQuery = { prefix: '', byHierarchy, show: 'live', limit: 1 };
      const page = listPaths(files, after === undefined ? query : { ...query, after }, START);
      paged.push(...page.paths.map(({ kind, path }) => (kind === 'prefix' ? `${path}/` : path)));
      after = page.next;
    } while (after !== undefined);
    expect(paged).toEqual(whole);
  });

  test('do not lose or repeat an untouched path while others come and go between pages', () => {
    const untouched = Array.from({ length: 40 }, (_, index) => `f${String(index).padStart(2, '0')}`);
    for (const path of untouched) write(path);
    const seen: string[] = [];
    let after: string | undefined;
    for (let round = 0; round === 0 || after !== undefined; round += 1) {
      const query: ListQuery = { prefix: 'f', byHierarchy: false, show: 'live', limit: 3 };
      const page = listPaths(files, after === undefined ? query : { ...query, after }, START);
      seen.push(...page.paths.map(({ path }) => path));
      after = page.next;
      write(`f${String(round * 3).padStart(2, '0')}-new`);
      if (round > 0) files.remove(`f${String(round * 3 - 3).padStart(2, '0')}-new`, at(START));
    }
    expect(seen.filter((path) => untouched.includes(path))).toEqual(untouched);
  });
});
