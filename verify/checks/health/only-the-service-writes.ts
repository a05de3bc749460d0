import { defineCheck, type Verdict } from '../../model';

export const onlyTheServiceWrites = defineCheck({
  id: 'health/only-the-service-writes',
  title: 'nobody but the service writes to the folder of its health files',
  failureTitle: 'somebody else writes to the folder of the health files',
  why: 'files of others make a silent service look alive, or a healthy one ill',
  severity: 'major',
  target: 'deployment',
  needs: ['lake.health-folder'],
  judge: ({ 'lake.health-folder': folder }): Verdict => {
    if (!folder.exists)
      return { outcome: 'not-applicable', reason: 'the service has no folder for health files' };
    if (folder.foreignCount === 0) return { outcome: 'pass' };
    return {
      outcome: 'fail',
      reason: `${folder.foreignCount} ${folder.foreignCount === 1 ? 'path does' : 'paths do'} not come from the service`,
      remedy: 'find out who writes below AHDS/ and take that right away; then remove these files by hand',
      findings: folder.foreign.map(({ path, owner }) => ({
        subject: path,
        expected: `health{guid}.txt of ${folder.servicePrincipalIds.join(' or ')}`,
        actual: owner === undefined ? 'another name' : `it belongs to ${owner}`,
      })),
    };
  },
});
