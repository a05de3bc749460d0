import { EXAMPLES, stacksOf } from '../support/example';
import type { Synthesized } from '../support/synth';

const HOOK = './test/support/cdktn-hook.cjs';

/** What differs between the two by nature: the version of the tool, and of the provider that its bindings are for. */
function withoutVersions(stack: Synthesized): unknown {
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(stack).filter(([section]) => section !== '//')),
  );
  return JSON.parse(text.replace(/"version":"4\.(55|73)\.0"/, '"version":"of the bindings"'));
}

test.each(EXAMPLES)(
  'the example %s synthesizes the same under CDK Terrain',
  async (example) => {
    const [cdktf, cdktn] = await Promise.all([stacksOf(example), stacksOf(example, {}, ['--require', HOOK])]);
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
