import type { AzureClients } from '../clients/azure';
import { refusalOf } from '../clients/rest-refusal';
import type { DeploymentContext } from '../probe';

/**
 * Runs an action with a folder of the run's own in the lake, written down before anything is created and deleted with
 * all it holds when the action has ended, however it ended. What cannot be deleted stays in the journal; the run tries
 * again. Needs Storage Blob Data Contributor, so it is for probes with the effect `lake-write`.
 *
 * @param action gets the path of the folder, which is named with the UID of the run and does not exist yet
 * @param parent the folder of the service in the lake, or one below it
 */
export async function withOwnFolder<T>(
  {
    journal,
    target,
    signal,
    studyInstanceUid,
  }: Pick<DeploymentContext, 'journal' | 'target' | 'signal' | 'studyInstanceUid'>,
  action: (folder: string) => Promise<T>,
  parent: string,
): Promise<T> {
  const folder = `${parent}/${studyInstanceUid}`;
  journal.addFolder(folder);
  try {
    return await action(folder);
  } finally {
    try {
      await deleteOwnFolder(target.azure.fileSystem, folder, signal);
      journal.removeFolder(folder);
    } catch (error) {
      if (!signal.aborted && refusalOf(error, 'lake', 'deleting the folder') === undefined) throw error;
    }
  }
}

/** Deletes a folder of a journal with all it holds; answers whether it was there. */
export async function deleteOwnFolder(
  fileSystem: AzureClients['fileSystem'],
  folder: string,
  signal?: AbortSignal,
): Promise<boolean> {
  const { succeeded } = await fileSystem
    .getDirectoryClient(folder)
    .deleteIfExists(true, signal === undefined ? {} : { abortSignal: signal });
  return succeeded;
}
