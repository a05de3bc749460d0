import type { TerraformStack } from 'cdktf';
import {
  DicomLake,
  type DicomLakeProps,
  Subnet,
  VerificationJob,
  type VerificationJobOptions,
} from '../../constructs';
import { PASSED_COUNTS, RUN_COUNTS } from '../../constructs/verification-job';
import {
  alertWindow,
  replicaTimeoutSeconds,
  verificationJobProblems,
} from '../../constructs/verification-job-problems';
import { outcomeCounts } from '../../verify/reporters/outcome-counts';
import { emptyStack, RESOURCE_GROUP, unknownString } from '../support/stack';
import { addressesOf, onlyResource, predecessorsOf, resourcesOf, synth } from '../support/synth';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const IMAGE = `demoregistry.azurecr.io/dicom-lake@${DIGEST}`;
const REGISTRY = `${RESOURCE_GROUP.id}/providers/Microsoft.ContainerRegistry/registries/demoRegistry`;
const SUBNET = `${RESOURCE_GROUP.id}/providers/Microsoft.Network/virtualNetworks/hub/subnets/jobs`;
const JOB = 'azurerm_container_app_job';
const ENVIRONMENT = 'azurerm_container_app_environment';
const ALERT = 'azurerm_monitor_scheduled_query_rules_alert_v2';

/** A lake, open unless told otherwise, and a job that verifies it. */
function jobIn(
  stack: TerraformStack,
  options: Partial<VerificationJobOptions> = {},
  lake: Partial<DicomLakeProps> = {},
): VerificationJob {
  const dicomLake = new DicomLake(stack, 'Lake', {
    resourceGroup: RESOURCE_GROUP,
    profile: 'minimal',
    workspaceName: 'demohealth',
    dicomServiceName: 'images',
    storageAccountName: 'demolake',
    ...lake,
  });
  const target = {
    tenantId: '11111111-1111-1111-1111-111111111111',
    subscriptionId: '44444444-4444-4444-4444-444444444444',
  };
  return new VerificationJob(stack, 'Job', {
    resourceGroup: RESOURCE_GROUP,
    dicomService: dicomLake.dicomService,
    monitoring: dicomLake.monitoring,
    manifest: dicomLake.manifest(target),
    image: IMAGE,
    ...options,
  });
}

/** What is wrong with a job for an open lake. */
function problemsOf(options: Partial<VerificationJobOptions>): readonly string[] {
  const service = {
    dicomServiceName: 'images',
    publicNetworkAccess: true,
    lake: { networkAccess: 'open' },
  } as const;
  return verificationJobProblems({ image: IMAGE, ...options }, service);
}

function addressOf(stack: TerraformStack, type: string): string {
  return addressesOf(synth(stack)).find((address) => address.startsWith(`${type}.`)) ?? '';
}

test('verifies hourly with the full profile, one run at a time, never tried again', () => {
  const stack = emptyStack();
  jobIn(stack);
  const synthesized = synth(stack);
  const [identity] = Object.keys(synthesized.resource['azurerm_user_assigned_identity'] ?? {}).filter((id) =>
    id.startsWith('Job_'),
  );
  expect(onlyResource(synthesized, JOB)).toMatchObject({
    name: 'images-verify',
    location: 'westeurope',
    workload_profile_name: 'Consumption',
    replica_timeout_in_seconds: 1200,
    replica_retry_limit: 0,
    schedule_trigger_config: { cron_expression: '17 * * * *', parallelism: 1, replica_completion_count: 1 },
    identity: {
      type: 'UserAssigned',
      identity_ids: [`\${azurerm_user_assigned_identity.${identity ?? ''}.id}`],
    },
    template: {
      container: [
        {
          name: 'images-verify',
          image: IMAGE,
          cpu: 0.5,
          memory: '1Gi',
          args: ['verify', '--profile', 'full', '--quiet'],
          env: [
            { name: 'DICOM_LAKE_MANIFEST', value: expect.stringMatching(/^\$\{jsonencode\(\{/) as string },
            {
              name: 'AZURE_CLIENT_ID',
              value: `\${azurerm_user_assigned_identity.${identity ?? ''}.client_id}`,
            },
            { name: 'AZURE_TOKEN_CREDENTIALS', value: 'ManagedIdentityCredential' },
          ],
        },
      ],
    },
  });
  expect(onlyResource(synthesized, JOB)).not.toHaveProperty('registry');
  expect(onlyResource(synthesized, ENVIRONMENT)).toEqual(
    expect.not.objectContaining({ logs_destination: expect.anything() as unknown }),
  );
  expect(resourcesOf(synthesized, ALERT)).toEqual([]);
});

test('takes every setting', () => {
  const stack = emptyStack();
  jobIn(stack, {
    image: IMAGE.replace('@', ':1.2.3@'),
    containerRegistryId: REGISTRY,
    schedule: '*/20 6-20 * * *',
    profile: 'deep',
    subnet: Subnet.fromSubnetAttributes(stack, 'Jobs', { subnetId: SUBNET }),
    jobName: 'nightly',
  });
  const synthesized = synth(stack);
  expect(onlyResource(synthesized, JOB)).toMatchObject({
    name: 'nightly',
    registry: [{ server: 'demoregistry.azurecr.io' }],
    schedule_trigger_config: { cron_expression: '*/20 6-20 * * *' },
    template: {
      container: [
        {
          image: IMAGE.replace('@', ':1.2.3@'),
          args: expect.arrayContaining(['deep']) as unknown,
        },
      ],
    },
  });
  expect(onlyResource(synthesized, ENVIRONMENT)).toMatchObject({
    name: 'nightly',
    infrastructure_subnet_id: SUBNET,
    internal_load_balancer_enabled: true,
    workload_profile: [{ name: 'Consumption', workload_profile_type: 'Consumption' }],
  });
});

test('the identity has what a verifier has, what the registry asks for, and all of it before the job', () => {
  const stack = emptyStack();
  jobIn(stack, { containerRegistryId: REGISTRY });
  const synthesized = synth(stack);
  const before = predecessorsOf(synthesized, addressOf(stack, JOB));
  const roles = Object.entries(synthesized.resource['azurerm_role_assignment'] ?? {}).filter(
    ([id]) => before.has(`azurerm_role_assignment.${id}`) && id.includes('Job-Identity'),
  );
  expect(roles.map(([, { role_definition_name: role }]) => role).sort()).toEqual([
    'AcrPull',
    'DICOM Data Owner',
    'Reader',
    'Reader',
    'Storage Blob Data Reader',
  ]);
  expect([...before].map((address) => address.split('.')[0])).toEqual(
    expect.arrayContaining([ENVIRONMENT, 'azurerm_healthcare_dicom_service', 'azurerm_storage_container']),
  );
});

test('only with the profile deep the identity may write to the lake', () => {
  const rolesWith = (profile: VerificationJobOptions['profile']): readonly unknown[] => {
    const stack = emptyStack();
    jobIn(stack, { profile });
    return Object.entries(synth(stack).resource['azurerm_role_assignment'] ?? {})
      .filter(([id]) => id.includes('Job-Identity'))
      .map(([, { role_definition_name: role }]) => role);
  };
  expect(rolesWith('full')).not.toContain('Storage Blob Data Contributor');
  expect(rolesWith('deep')).toContain('Storage Blob Data Contributor');
});

test.each([
  ['quick', 360],
  ['read-only', 600],
  ['full', 1200],
  ['deep', 1200],
] as const)('with the profile %s a run is stopped five minutes after its deadline', (profile, seconds) => {
  expect(replicaTimeoutSeconds({ image: IMAGE, profile })).toBe(seconds);
});

test('with monitoring the output is kept by the workspace, without its key, and an alert asks for runs that passed', () => {
  const stack = emptyStack();
  jobIn(stack, {}, { monitoring: { emailAddresses: ['oncall@example.org'] } });
  const synthesized = synth(stack);
  const environment = addressOf(stack, ENVIRONMENT);
  expect(onlyResource(synthesized, ENVIRONMENT)).toMatchObject({ logs_destination: 'azure-monitor' });
  expect(onlyResource(synthesized, ENVIRONMENT)).not.toHaveProperty('log_analytics_workspace_id');
  expect(resourcesOf(synthesized, 'azurerm_monitor_diagnostic_setting')).toContainEqual(
    expect.objectContaining({
      target_resource_id: `\${${environment}.id}`,
      enabled_log: [{ category: 'ContainerAppConsoleLogs' }, { category: 'ContainerAppSystemLogs' }],
    }),
  );
  expect(resourcesOf(synthesized, ALERT).find(({ name }) => name === 'images-verify')).toMatchObject({
    window_duration: 'PT2H',
    evaluation_frequency: 'PT15M',
    action: { action_groups: [expect.stringMatching(/azurerm_monitor_action_group/)] },
    criteria: [
      {
        metric_measure_column: 'NotPassed',
        operator: 'GreaterThan',
        threshold: 0,
        query: expect.stringMatching(
          /_ResourceId =~ "\$\{.*\.id\}"\n.*ContainerName == "images-verify"\n/,
        ) as string,
      },
    ],
  });
});

test.each([
  ['*/5 * * * *', 'PT1H'],
  ['17 * * * *', 'PT2H'],
  ['0 */2 * * *', 'PT3H'],
  ['0 6-18/3 * * *', 'P1D'],
  ['30 4 * * *', 'P2D'],
  ['0,30 8,20 * * 0-6', 'P1D'],
])('an alert on the schedule %s looks back %s, so that one run at least is in it', (schedule, window) => {
  expect(alertWindow({ image: IMAGE, schedule })).toBe(window);
});

test('the alert reads the line that a report prints', () => {
  const line = (fail: number, inconclusive: number): string =>
    outcomeCounts({
      counts: { pass: 47, warn: 1, fail, inconclusive, waived: 1, 'not-applicable': 12 },
    } as Parameters<typeof outcomeCounts>[0]);
  const [run, passed] = [RUN_COUNTS, PASSED_COUNTS].map((pattern) => new RegExp(pattern));
  const lines = [
    line(0, 0),
    line(1, 0),
    line(10, 0),
    line(0, 3),
    `Interrupted. ${line(0, 0)}`,
    'ok    47 passed',
  ];
  expect(lines.map((one) => [run?.test(one), passed?.test(one)])).toEqual([
    [true, true],
    [true, false],
    [true, false],
    [true, false],
    [true, false],
    [false, false],
  ]);
});

test('names everything that is wrong at once', () => {
  const stack = emptyStack();
  expect(() =>
    jobIn(
      stack,
      {
        image: 'registry.example.org/dicom-lake:latest',
        containerRegistryId: 'demoregistry',
        schedule: '0 25 * * mon',
        profile: 'slow' as 'full',
        jobName: 'Nightly',
      },
      { profile: 'standard' },
    ),
  ).toThrow(
    new Error(
      `VerificationJobInvalid at test/Job:
- 'image' must name a registry, an image and a digest, as in registry.example.org/dicom-lake@sha256:…, so that what runs is what was tried, or 'tagAllowed' be true for a tag, got 'registry.example.org/dicom-lake:latest'
- 'profile' must be one of quick, full, read-only, deep, got 'slow'
- 'jobName' must be 2 to 32 lower-case letters, digits or single dashes, starting with a letter and ending with a letter or digit, got 'Nightly'
- 'subnet' must be given where the lake is 'selected', which is closed to the internet: the job could not reach it, got none
- 'containerRegistryId' must be the resource id of a Microsoft.ContainerRegistry/registries, /subscriptions/…/resourceGroups/…/providers/Microsoft.ContainerRegistry/registries/…, got 'demoregistry'
- 'schedule' must have as hour *, numbers from 0 to 23, ranges (1-5), lists (1,3) or steps (*/15), got '25' in '0 25 * * mon'
- 'schedule' must have as day of the week *, numbers from 0 to 6, ranges (1-5), lists (1,3) or steps (*/15), got 'mon' in '0 25 * * mon'`,
    ),
  );
});

test.each([
  ['@hourly', /five fields, minute, hour, day of the month, month, day of the week, .* got '@hourly'/],
  ['0 0 6 * * *', /five fields/],
  ['60 * * * *', /as minute \*, numbers from 0 to 59, .* got '60'/],
  ['*/0 * * * *', /as minute/],
  ['5-1 * * * *', /as minute/],
  ['1,,2 * * * *', /as minute/],
  ['0 6 * * 1-5', /must come round every day, .* got '0 6 \* \* 1-5'/],
  ['0 6 1 * *', /must come round every day/],
  ['0 6 * 1-11 *', /must come round every day/],
])('refuses the schedule %s', (schedule, message) => {
  expect(problemsOf({ schedule })).toEqual([expect.stringMatching(message)]);
});

test.each([
  ['dicom-lake', false],
  [`dicom-lake@${DIGEST}`, false],
  ['registry.example.org/dicom-lake', false],
  ['registry.example.org/dicom-lake:1.2.3', false],
  [`registry.example.org/dicom-lake@${DIGEST.slice(0, -1)}`, false],
  [`registry.example.org:5000/team/dicom-lake@${DIGEST}`, true],
])('takes the image %s without being told that tags are allowed: %p', (image, taken) => {
  const problem = expect.stringMatching(/^'image' must name a registry, an image and a digest/) as string;
  expect(problemsOf({ image })).toEqual(taken ? [] : [problem]);
});

test('takes a tag where tags are allowed, but none that stands for whatever is newest', () => {
  const withTag = (image: string): readonly string[] => problemsOf({ image, tagAllowed: true });
  expect(withTag('registry.example.org/dicom-lake:1.2.3')).toEqual([]);
  expect(withTag('registry.example.org/dicom-lake:latest')).toEqual([
    "'image' must name a registry, an image and a digest, as in registry.example.org/dicom-lake@sha256:…, or a tag " +
      "other than 'latest', got 'registry.example.org/dicom-lake:latest'",
  ]);
  expect(withTag('registry.example.org/dicom-lake')).toHaveLength(1);
});

test('a service or lake that is closed needs a subnet to be reached from', () => {
  const stack = emptyStack();
  const subnet = Subnet.fromSubnetAttributes(stack, 'Jobs', { subnetId: SUBNET });
  expect(() => jobIn(stack, { subnet }, { profile: 'standard' })).not.toThrow();
  const lake = { publicNetworkAccess: false, privateAccessElsewhere: true };
  expect(() => jobIn(emptyStack(), {}, lake)).toThrow(
    /'subnet' must be given where the DICOM service is closed to the internet: the job could not reach it, got none/,
  );
});

test('leaves to Azure what only Terraform knows, but for the name of the job', () => {
  const stack = emptyStack();
  const text = unknownString(stack, 'text');
  jobIn(stack, { image: text, containerRegistryId: text, schedule: text, jobName: text }, { monitoring: {} });
  const synthesized = synth(stack);
  expect(onlyResource(synthesized, JOB)).toMatchObject({
    name: '${var.text}',
    schedule_trigger_config: { cron_expression: '${var.text}' },
    template: { container: [{ image: '${var.text}' }] },
  });
  const alert = resourcesOf(synthesized, ALERT).find(({ name }) => name === '${var.text}');
  expect(alert?.['window_duration']).toBe('P2D');

  const other = emptyStack();
  expect(() => jobIn(other, {}, { dicomServiceName: unknownString(other) })).toThrow(
    "'jobName' must be given where the name of the DICOM service is known only during deployment",
  );
});
