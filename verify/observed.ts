import type { EvidenceBundle } from './evidence-bundle';
import type { GatheredMap } from './gather';
import type { EvidenceId, EvidenceMap, HealthSighting, JourneyStep, Observed, ObservedTiers } from './model';
import type { FileRemoval } from './evidence/file-removal';
import type { HealthFile } from './evidence/health';
import type { InstanceTrip, RoundTrip } from './evidence/round-trip';
import type { Step } from './evidence/step';
import type { TierCensus } from './evidence/tiers';

/** What the report shows in pictures. Pure: the same evidence gives the same numbers. */
export function observedIn({ evidence, calls }: Pick<EvidenceBundle, 'evidence' | 'calls'>): Observed {
  const health = had(evidence, 'lake.health-file');
  const census = had(evidence, 'lake.tier-census');
  const journey = journeyOf(had(evidence, 'dicomweb.round-trip'), had(evidence, 'contract.file-removal'));
  return {
    ...(calls.length === 0 ? {} : { calls }),
    ...(health === undefined ? {} : { healthSightings: sightingsOf(health) }),
    ...(census === undefined ? {} : { tiers: tiersOf(census) }),
    ...(journey === undefined ? {} : { journey }),
  };
}

function had<I extends EvidenceId>(evidence: GatheredMap, id: I): EvidenceMap[I] | undefined {
  const gathered = evidence[id];
  return gathered?.state === 'had' ? gathered.evidence : undefined;
}

/** Newest first. */
function sightingsOf({ sightings, logs }: HealthFile): readonly HealthSighting[] {
  const logged =
    logs === undefined || 'unread' in logs || logs.newestAgeSeconds === undefined
      ? []
      : [{ ageSeconds: logs.newestAgeSeconds, by: 'storage logs' }];
  return [...sightings, ...logged].sort((one, other) => one.ageSeconds - other.ageSeconds);
}

function tiersOf({ tiers, truncated }: TierCensus): ObservedTiers {
  return { counted: tiers, complete: !truncated };
}

/** The path of the first image that the verifier made itself; absent where there was none. */
function journeyOf(
  roundTrip: RoundTrip | undefined,
  removal: FileRemoval | undefined,
): readonly JourneyStep[] | undefined {
  const trip = roundTrip?.instances.find(({ origin }) => origin === 'synthetic');
  if (roundTrip === undefined || trip === undefined) return undefined;
  return [...outward(trip), ...homeward(trip, roundTrip, removal)];
}

function outward(trip: InstanceTrip): readonly JourneyStep[] {
  const { store, search, changeFeed, lakeFile, retrieve, sent } = trip;
  const levels = [search.study, search.series, search.instance];
  const missed = levels.find((level) => level.state !== 'done' || level.value.found === 0);
  return [
    told('DICOM service', 'stored', store, () => true),
    told('search index', 'found by search', missed ?? search.instance, ({ found }) => found > 0),
    told('change feed', 'named by the change feed', changeFeed, ({ filePath }) => filePath !== undefined),
    told(
      'data lake',
      'its file is the image that was sent',
      lakeFile,
      (file) => file.fromPreamble === sent.fromPreamble && (file.whole === sent.whole || file.preambleIsZero),
      ({ path }) => path,
    ),
    told(
      'DICOM service',
      'retrieved unchanged',
      retrieve,
      ({ fromPreamble }) => fromPreamble === sent.fromPreamble,
      ({ bytes }) => `${bytes} bytes`,
    ),
  ];
}

function homeward(
  { gone }: InstanceTrip,
  { deletion }: RoundTrip,
  removal: FileRemoval | undefined,
): readonly JourneyStep[] {
  const fileGone: FileRemoval['instances'][number]['fileGone'] = removal?.instances[0]?.fileGone ?? {
    state: 'skipped',
    reason: 'it was not waited for',
  };
  return [
    told('DICOM service', 'deleted', deletion, () => true),
    told(
      'search index',
      'gone after the deletion',
      gone,
      ({ retrieveStatus, found }) => retrieveStatus === 404 && found === 0,
      ({ retrieveStatus, found }) => `${retrieveStatus} on retrieve, ${found} by search`,
    ),
    told(
      'data lake',
      'its file left the lake',
      fileGone,
      ({ removed }) => removed,
      ({ waitedSeconds }) => `after ${waitedSeconds} s`,
    ),
  ];
}

/** A step in words: what was refused or garbled went wrong, what was skipped was not asked. */
function told<T>(
  plane: JourneyStep['plane'],
  step: string,
  taken: Step<T>,
  isWell: (value: T) => boolean,
  describe?: (value: T) => string,
): JourneyStep {
  switch (taken.state) {
    case 'done': {
      const detail = describe?.(taken.value);
      return {
        plane,
        step,
        state: isWell(taken.value) ? 'well' : 'wrong',
        ...(detail === undefined ? {} : { detail }),
      };
    }
    case 'refused': {
      const detail = [taken.operation, String(taken.status), taken.code ?? ''].join(' ').trimEnd();
      return { plane, step, state: 'wrong', detail };
    }
    case 'unreadable':
      return { plane, step, state: 'wrong', detail: `${taken.operation}: ${taken.reason}` };
    case 'skipped':
      return { plane, step, state: 'not asked', detail: taken.reason };
  }
}
