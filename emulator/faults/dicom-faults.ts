import { roleAllows } from '../../contract';
import { type DicomInstance, metadataOf } from '../domain/dicom-index';
import { assignmentsOf, removeResource } from './azure-change';
import { DICOMWEB_CHECKS } from './dicomweb-checks';
import { defineFault } from './fault-definition';
import { integer, text } from './fault-parameter';
import { FILE, harmInstances, type InstanceTarget, SERVICE, serviceTarget, undoAll } from './fault-target';
import { LakeIntruder } from './lake-intruder';

const PATIENT_NAME = '00100010';
const PATIENT_ID = '00100020';
const PARAMETERS = { service: SERVICE, file: FILE };

/** What goes wrong inside of a DICOM service, or in what it knows. */
export const DICOM_FAULTS = [
  defineFault({
    id: 'dicom/health-writer-stopped',
    title: 'the service no longer writes its health file',
    effect: 'stops the health writer; its last finding stands, for Resource Health for 10 minutes',
    symptoms: [{ seen: 'no health file comes and goes any more' }],
    failsChecks: ['lake/health-file-fresh'],
    parameters: { service: SERVICE },
    inject: (world, { service }) => world.hooks.stopHealthWriter(serviceTarget(world, service).id),
  }),
  defineFault({
    id: 'dicom/partial-store',
    title: 'the service stores some instances of a request, and not others',
    effect:
      'refuses every n-th instance as one that could not be processed; the answer is 202, or 409 for all',
    symptoms: [{ plane: 'dicom', status: 409, code: '272' }],
    failsChecks: ['dicomweb/instance-stored', 'dicomweb/given-files-accepted'],
    parameters: {
      service: SERVICE,
      every: integer('which instances: 2 for every second one', 1, { minimum: 1, maximum: 1_000_000 }),
    },
    inject: (world, { service, every }) => {
      const { id } = serviceTarget(world, service);
      let count = 0;
      return world.hooks.refuseStores((attempt) => {
        if (attempt.serviceId !== id) return undefined;
        count += 1;
        return count % every === 0 ? 272 : undefined;
      });
    },
  }),
  defineFault({
    id: 'dicom/being-stored',
    title: 'another request is storing the same instance',
    effect: 'refuses every instance as one that somebody else is storing',
    symptoms: [{ plane: 'dicom', status: 409, code: '45071' }],
    failsChecks: ['dicomweb/instance-stored'],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const { id } = serviceTarget(world, service);
      return world.hooks.refuseStores((attempt) => (attempt.serviceId === id ? 45_071 : undefined));
    },
  }),
  defineFault({
    id: 'dicom/file-without-index',
    title: 'a file lies in the lake, and the index does not know it',
    effect: 'removes the instance from the index; its file stays, and the change feed goes on naming it',
    symptoms: [{ plane: 'dicom', status: 404 }],
    failsChecks: [
      'dicomweb/found-by-search',
      'dicomweb/bytes-unchanged',
      'dicomweb/frames-unchanged',
      'dicomweb/metadata-agrees',
    ],
    parameters: PARAMETERS,
    inject: (world, values) =>
      harmInstances(world, values, ({ partition, instance }) => {
        partition.index.remove(instance);
        return () => {
          if (partition.index.instance(instance) === undefined) partition.index.put(instance);
        };
      }),
  }),
  defineFault({
    id: 'dicom/metadata-wrong',
    title: 'the index tells of another patient than the image',
    effect:
      'puts another PatientName and PatientID into the metadata of the instance; the file stays as it is',
    symptoms: [{ seen: 'metadata and search name a patient that is not in the file' }],
    failsChecks: ['dicomweb/metadata-agrees', 'dicomweb/search-matches'],
    parameters: {
      ...PARAMETERS,
      patientName: text('the wrong name', 'Wrong^Patient'),
      patientId: text('the wrong id', 'WRONG-PATIENT'),
    },
    inject: (world, values) =>
      harmInstances(world, values, ({ partition, instance }) => {
        const metadata = {
          ...metadataOf(instance),
          [PATIENT_NAME]: { vr: 'PN', Value: [{ Alphabetic: values.patientName }] },
          [PATIENT_ID]: { vr: 'LO', Value: [values.patientId] },
        };
        partition.index.put({ ...instance, metadataJson: JSON.stringify(metadata) });
        return () => {
          const isSame = partition.index.instance(instance)?.watermark === instance.watermark;
          if (isSame) partition.index.put(instance);
        };
      }),
  }),
  defineFault({
    id: 'dicom/layout-changed',
    title: 'the service writes its files elsewhere than the data contract says',
    effect:
      'moves the file two folders down; index and change feed name the new place, the feed by an entry of its own',
    symptoms: [{ seen: 'the change feed names a path with folders that the data contract does not have' }],
    failsChecks: ['contract/file-where-promised'],
    parameters: PARAMETERS,
    inject: (world, values) =>
      harmInstances(world, values, ({ target, partition, instance }) => {
        const intruder = new LakeIntruder(world, target);
        const { path } = instance.file;
        const elsewhere = path.replace(/([^/]+)$/, 'v3/files/$1');
        const place = (moved: DicomInstance): void => {
          partition.index.put(moved);
          target.service.changeFeed.updated(moved, world.clock.now());
        };
        const moveBack = intruder.move(path, elsewhere);
        place({ ...instance, file: { ...instance.file, path: elsewhere } });
        return async () => {
          if (partition.index.instance(instance)?.watermark !== instance.watermark) return;
          await moveBack();
          place(instance);
        };
      }),
  }),
  defineFault({
    id: 'dicom/deletion-lost',
    title: 'deleted instances come back',
    effect: 'puts instances back into the index whenever somebody deletes them',
    symptoms: [{ seen: 'an instance answers 200 after its deletion was answered 204' }],
    failsChecks: ['dicomweb/deleted-image-gone', 'dicomweb/deleted-at-every-level'],
    parameters: { service: SERVICE },
    inject: async (world, { service }) => {
      const known: InstanceTarget[] = [];
      const returned = new Set<InstanceTarget>();
      const forget = await harmInstances(world, { service, file: 'every' }, (one) => {
        known.push(one);
        return () => undefined;
      });
      const bringBack = world.hooks.afterRequest(() => {
        for (const one of known) {
          if (one.partition.index.instance(one.instance) !== undefined) continue;
          one.partition.index.put(one.instance);
          returned.add(one);
        }
        return Promise.resolve();
      });
      const removeReturned = (): void => {
        for (const { partition, instance } of returned) partition.index.remove(instance);
      };
      return undoAll([removeReturned, bringBack, forget]);
    },
  }),
  defineFault({
    id: 'dicom/change-feed-late',
    title: 'the change feed lags behind',
    effect: 'hides entries of the change feed until they are old enough',
    symptoms: [{ seen: 'the change feed does not tell of what was just stored' }],
    failsChecks: ['contract/change-feed-names-file'],
    parameters: {
      service: SERVICE,
      seconds: integer('how late an entry shows, on the clock of the emulator', 600, {
        minimum: 1,
        maximum: 86_400,
      }),
    },
    inject: (world, { service, seconds }) =>
      world.hooks.delayChangeFeed(serviceTarget(world, service).id, seconds * 1000),
  }),
  defineFault({
    id: 'dicom/data-role-removed',
    title: 'the caller lost the data role on the DICOM service',
    effect: 'deletes the role assignments that let the caller read the service',
    symptoms: [{ plane: 'dicom', status: 403 }],
    blindsChecks: DICOMWEB_CHECKS,
    parameters: {
      service: SERVICE,
      principal: text('who: `deployer`, `verifier` or an object id', 'verifier'),
    },
    inject: (world, { service, principal }) => {
      const { id } = serviceTarget(world, service);
      const named: Readonly<Record<string, string | undefined>> = { ...world.principals };
      const read = 'Microsoft.HealthcareApis/workspaces/dicomservices/resources/read';
      return undoAll(
        assignmentsOf(world, named[principal] ?? principal, id, (role) =>
          roleAllows(role, 'data-action', read),
        ).map((assignment) => removeResource(world, assignment.id)),
      );
    },
  }),
] as const;
