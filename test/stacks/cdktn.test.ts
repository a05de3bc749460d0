import { AZURERM_MAJORS } from '../../constructs';
import { everyDeployment, withoutVersions } from '../support/every-deployment';
import { EXAMPLES } from '../support/example';

const HOOK = './test/support/cdktn-hook.cjs';

test.each(AZURERM_MAJORS)(
  'every example and every profile synthesizes the same under CDK Terrain, for azurerm %s',
  async (major) => {
    const [cdktf, cdktn] = await Promise.all([
      everyDeployment(major),
      everyDeployment(major, { nodeFlags: ['--require', HOOK] }),
    ]);
    expect(cdktf.size).toBeGreaterThan(EXAMPLES.length);
    expect([...cdktn.keys()]).toEqual([...cdktf.keys()]);
    for (const [name, stack] of cdktf) {
      const other = cdktn.get(name);
      if (other === undefined) throw new Error(`there is no stack ${name}`);
      expect(JSON.stringify(other)).toContain('"0.24.0"');
      expect(withoutVersions(other)).toEqual(withoutVersions(stack));
    }
  },
  60_000,
);
