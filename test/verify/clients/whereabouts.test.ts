import { objectIdIn } from '../../../verify/clients/token-claims';
import { type Whereabouts, whereaboutsOf } from '../../../verify/clients/whereabouts';

test.each<readonly [addresses: readonly string[], where: Whereabouts]>([
  [['10.1.2.3'], 'private'],
  [['172.31.255.1', 'fd00::1'], 'private'],
  [['172.32.0.1'], 'public'],
  [['20.60.1.2', '10.0.0.4'], 'both'],
  [['127.0.0.1'], 'public'],
  [[], 'unknown'],
])('%j is %s', (addresses, where) => {
  expect(whereaboutsOf(addresses)).toBe(where);
});

test('the object id of a token is read, and nothing else is taken for one', () => {
  const token = (claims: unknown): string =>
    `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`;
  const oid = '77777777-7777-7777-7777-777777777777';
  expect(objectIdIn(token({ oid }))).toBe(oid);
  for (const other of [token({ oid: 'x' }), token({ sub: oid }), token(null), 'opaque', ''])
    expect(objectIdIn(other)).toBeUndefined();
});
