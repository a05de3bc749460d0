import { servicePath } from '../../contract';
import { type Body, record } from '../arm/resource-type';
import { addRule, policyId, rulesOf } from './arm-faults';
import { changeProperties } from './azure-change';
import { defineFault, FaultTargetMissing, type Undo } from './fault-definition';
import { SERVICE, serviceTarget, undoAll } from './fault-target';
import { LakeIntruder } from './lake-intruder';

const PARAMETERS = { service: SERVICE };
const ANY_CONDITION = /^daysAfter/;

/** What goes wrong with access tiers and the rules that change them. */
export const TIER_FAULTS = [
  defineFault({
    id: 'arm/lifecycle-rules-changed',
    title: 'somebody changed the days of the lifecycle rules',
    effect: 'makes every action of the lifecycle policy wait a day less',
    symptoms: [{ seen: 'the rules of the lifecycle policy name other days' }],
    parameters: PARAMETERS,
    inject: (world, { service }) => {
      const target = serviceTarget(world, service);
      const rules = rulesOf(world, target);
      if (rules.length === 0)
        throw new FaultTargetMissing('the storage account has no lifecycle rule that could be changed');
      return changeProperties(world, policyId(target), { policy: { rules: rules.map(aDayEarlier) } });
    },
  }),
  defineFault({
    id: 'arm/lifecycle-rule-hasty',
    title: 'a lifecycle rule moves files on before they stayed for what is billed',
    effect: 'adds a rule that moves files of the service to cool after 60 days and to cold after 65',
    symptoms: [{ seen: 'the lifecycle policy has a rule with tierToCold soon after tierToCool' }],
    parameters: PARAMETERS,
    inject: (world, { service }) =>
      addRule(world, serviceTarget(world, service), 'faultHasty', {
        tierToCool: { daysAfterModificationGreaterThan: 60 },
        tierToCold: { daysAfterModificationGreaterThan: 65 },
      }),
  }),
  defineFault({
    id: 'lake/tier-change-alters-file',
    title: 'moving a file to another tier changes its ETag',
    effect: 'sets a metadatum of every file of the service that is moved to another tier, by a client',
    symptoms: [{ plane: 'dicom', status: 424, code: 'ConditionNotMet' }],
    parameters: PARAMETERS,
    inject: (world, { service }) => {
      const target = serviceTarget(world, service);
      const intruder = new LakeIntruder(world, target);
      const folder = `/${servicePath(target.tenant)}/`;
      const undos: Undo[] = [];
      const stop = world.hooks.intercept('storage', async (request, next) => {
        const response = await next(request);
        const { pathname, searchParams } = request.url;
        const path = decodeURIComponent(pathname);
        const isMove = request.method === 'PUT' && searchParams.get('comp') === 'tier';
        if (isMove && response.status < 300 && path.includes(folder))
          undos.push(await altered(intruder, path.slice(path.indexOf(folder) + 1)));
        return response;
      });
      return async () => {
        await stop();
        await undoAll(undos)();
      };
    },
  }),
] as const;

function altered(intruder: LakeIntruder, path: string): Promise<Undo> {
  return intruder.changing(path, () => intruder.setMetadata(path, { moved: 'yes' }));
}

/** A day earlier for each condition; one of no days stays. */
function aDayEarlier(rule: Body): Body {
  const definition = record(rule['definition']);
  const baseBlob = record(record(definition['actions'])['baseBlob']);
  const earlier = Object.entries(baseBlob).map(([action, when]) => [
    action,
    typeof when === 'object' && when !== null ? shortened(when as Body) : when,
  ]);
  return {
    ...rule,
    definition: {
      ...definition,
      actions: { ...record(definition['actions']), baseBlob: Object.fromEntries(earlier) as Body },
    },
  };
}

function shortened(when: Body): Body {
  return Object.fromEntries(
    Object.entries(when).map(([condition, days]) => [
      condition,
      ANY_CONDITION.test(condition) && typeof days === 'number' && days > 0 ? days - 1 : days,
    ]),
  );
}
