import { AUDIENCES, ROLES } from '../../contract';
import { changeProperties } from './azure-change';
import { defineFault, FaultTargetMissing } from './fault-definition';
import { SERVICE, serviceTarget, undoAll } from './fault-target';

/** What lets in whoever ought to be refused, or keeps out whoever ought not. */
export const ACCESS_FAULTS = [
  defineFault({
    id: 'dicom/no-token-accepted',
    title: 'the service lets in whoever has no token',
    effect: 'takes requests without a token for those of the verifier',
    symptoms: [{ seen: 'a search without a token is answered' }],
    failsChecks: ['access/no-token-refused'],
    parameters: {},
    inject: ({ hooks, principals }) => hooks.admitWithoutToken(principals.verifier),
  }),
  defineFault({
    id: 'dicom/wrong-audience-accepted',
    title: 'the service takes tokens that are meant for another service',
    effect: 'takes tokens for Azure Resource Manager as well',
    symptoms: [{ seen: 'a search with a token for Azure Resource Manager is answered' }],
    failsChecks: ['access/wrong-audience-refused'],
    parameters: {},
    inject: ({ hooks }) => hooks.acceptAudience(AUDIENCES.arm),
  }),
  defineFault({
    id: 'dicom/reader-may-store',
    title: 'whoever may read the service may also store',
    effect: 'turns every assignment of DICOM Data Reader on the service into one of DICOM Data Owner',
    symptoms: [{ seen: 'a store by somebody with DICOM Data Reader is answered 200' }],
    failsChecks: ['access/read-only-token-cannot-store'],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const { id } = serviceTarget(world, service);
      const readers = world.roles
        .all()
        .filter(({ scope }) => scope.toLowerCase() === id.toLowerCase())
        .filter(({ roleDefinitionId }) => roleDefinitionId.endsWith(ROLES.dicomDataReader.id));
      if (readers.length === 0) throw new FaultTargetMissing(`nobody has DICOM Data Reader on '${id}'`);
      return undoAll(
        readers.map((reader) =>
          changeProperties(world, reader.id, {
            roleDefinitionId: reader.roleDefinitionId.replace(/[^/]+$/, ROLES.dicomDataOwner.id),
          }),
        ),
      );
    },
  }),
  defineFault({
    id: 'dicom/public-access-off',
    title: 'the service is no longer reached from the internet',
    effect: 'switches off public network access of the DICOM service',
    symptoms: [{ plane: 'dicom', status: 403 }],
    failsChecks: ['access/public-reach-as-intended'],
    blindsChecks: [
      'access/no-token-refused',
      'access/wrong-audience-refused',
      'access/read-only-token-cannot-store',
    ],
    parameters: { service: SERVICE },
    inject: (world, { service }) =>
      changeProperties(world, serviceTarget(world, service).id, { publicNetworkAccess: 'Disabled' }),
  }),
  defineFault({
    id: 'lake/anonymous-access-on',
    title: 'anybody may read the lake',
    effect: 'allows anonymous access to the storage account, and opens the container to it',
    symptoms: [{ seen: 'files are listed and read without a token' }],
    failsChecks: ['access/lake-refuses-anonymous'],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const { accountId, containerId } = serviceTarget(world, service);
      return undoAll([
        changeProperties(world, accountId, { allowBlobPublicAccess: true }),
        world.hooks.openToAnybody(containerId),
      ]);
    },
  }),
  defineFault({
    id: 'lake/shared-key-on',
    title: 'the storage account takes account keys',
    effect: 'switches allowSharedKeyAccess of the storage account on',
    symptoms: [{ seen: 'a signature with a made-up key is answered AuthenticationFailed' }],
    failsChecks: ['access/lake-refuses-shared-key'],
    parameters: { service: SERVICE },
    inject: (world, { service }) =>
      changeProperties(world, serviceTarget(world, service).accountId, { allowSharedKeyAccess: true }),
  }),
] as const;
