import { defineCheck, type Verdict } from '../../model';

export const namesLeadToEndpoints = defineCheck({
  id: 'network/names-lead-to-endpoints',
  title: 'inside the private network, names lead to the private endpoints',
  failureTitle: 'inside the private network, some names lead to public addresses',
  why: 'a zone that is not linked sends callers to a public door that is shut, for one protocol and not the other',
  severity: 'major',
  target: 'deployment',
  needs: ['network.resolved-names'],
  judge: ({ 'network.resolved-names': { names } }): Verdict => {
    if (names.length === 0)
      return { outcome: 'not-applicable', reason: 'the deployment has no private endpoints' };
    const astray = names.filter(({ isPrivate }) => !isPrivate);
    if (astray.length === 0) return { outcome: 'pass', detail: `${names.length} names` };
    if (astray.length === names.length) {
      return {
        outcome: 'not-applicable',
        reason: 'no name leads to a private address: this is run outside of the private network',
      };
    }
    return {
      outcome: 'fail',
      reason: `${astray.length} of ${names.length} names do not lead to a private endpoint`,
      remedy:
        'link the private DNS zone of these names to the network of the caller and register the endpoints in it',
      findings: astray.map(({ host, addresses }) => ({
        subject: host,
        expected: 'a private address',
        actual: addresses.join(', ') || 'does not resolve',
      })),
    };
  },
});
