import { resolvedName } from '../../../verify/clients/names';

test.each([
  ['a private address', ['10.1.2.3'], true],
  ['private addresses of both families', ['192.168.1.2', 'fd00::1'], true],
  ['an address of the internet beside a private one', ['10.1.2.3', '203.0.113.1'], false],
  ['the address after those of a private block', ['172.32.0.1'], false],
  ['nowhere', [], false],
])('a name that leads to %s, %j, is private: %p', async (_what, addresses, isPrivate) => {
  const name = await resolvedName('lake.example.org', () => Promise.resolve(addresses));
  expect(name).toEqual({ host: 'lake.example.org', addresses, isPrivate });
});
