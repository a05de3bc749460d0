import { type App, Testing, type TerraformStack } from 'cdktf';
import { Grantee } from '../constructs';
import { DicomLakeStack } from '../stacks/dicom-lake-stack';
import { FlatStack } from './flat-stack';
import { describe, measure } from './measure';

const SUBSCRIPTION = '44444444-4444-4444-4444-444444444444';
const VERIFIER = '77777777-7777-7777-7777-777777777777';

/** Synthesis of the minimal profile against the same resources written flat. */
export async function synthesisBench(rounds: number): Promise<string> {
  const typed = (app: App, id: string): TerraformStack =>
    new DicomLakeStack(app, id, {
      profile: 'minimal',
      tenantId: '11111111-1111-1111-1111-111111111111',
      subscriptionId: SUBSCRIPTION,
      resourceGroupName: 'demo-dicom-lake',
      location: 'westeurope',
      workspaceName: 'demohealth',
      dicomServiceName: 'images',
      storageAccountName: `lake${id.replaceAll('-', '')}`,
      tiering: [
        {
          name: 'IdleImages',
          basis: 'lastAccess',
          coolAfterDays: 30,
          coldAfterDays: 120,
          returnToHotOnAccess: true,
        },
      ],
      verifier: Grantee.servicePrincipal(VERIFIER),
    });
  const flat = (app: App, id: string): TerraformStack => new FlatStack(app, id, SUBSCRIPTION, VERIFIER);
  const many = (make: (app: App, id: string) => TerraformStack) => (): void => {
    const app = Testing.app();
    for (let index = 0; index < STACKS; index += 1) Testing.synth(make(app, `stack-${index}`), true);
  };
  const measured = await measure(
    { DicomLakeStack: many(typed), 'the same resources, flat': many(flat) },
    rounds,
  );
  return describe(`Synthesis of ${STACKS} stacks`, measured);
}

const STACKS = 20;
