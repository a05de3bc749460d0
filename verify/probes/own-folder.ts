import type { AzureClients } from '../clients/azure';
import { refusalOf } from '../clients/rest-refusal';
import { ServiceRefusal } from '../error';
import type { DeploymentContext } from '../probe';
import { OWN_FOLDERS } from '../sample/journal-entry';

/**
 * Runs an action with a folder of the run's own in the lake, written down before anything is created and deleted with
 * all it holds when the action has ended, however it ended. What cannot be deleted stays in the journal; the run tries
 * again. Needs Storage Blob Data Contributor, so it is for probes with the effect `lake-write`.
 *
 * @param parent the folder of the service in the lake, or one below it. @default - the folder of all runs, at the root
 * of the container
 * @param action gets the path of the folder, which is named with the UID of the run and does not exist yet
 */
export async function withOwnFolder<T>(
  { journal, target, signal }: Pick<DeploymentContext, 'journal' | 'target' | 'signal'>,
  action: (folder: string) => Promise<T>,
  parent: string = OWN_FOLDERS,
): Promise<T> {
  const folder = `${parent}/${journal.runUid}`;
  journal.addFolder(folder);
  try {
    return await action(folder);
  } finally {
    try {
      await deleteOwnFolder(target.azure.fileSystem, folder, signal);
      journal.removeFolder(folder);
    } catch (error) {
      if (refusalOf(error, 'lake', 'deleting the folder') === undefined) throw error;
    }
  }
}

/** Deletes a folder of a journal with all it holds; answers whether it was there. */
export async function deleteOwnFolder(
  fileSystem: AzureClients['fileSystem'],
  folder: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { succeeded } = await fileSystem
    .getDirectoryClient(folder)
    .deleteIfExists(true, { abortSignal: signal });
  if (folder.startsWith(`${OWN_FOLDERS}/`)) await removeIfEmpty(fileSystem, signal);
  return succeeded;
}

/** Other runs may have folders beside; a folder that holds something is not deleted without being asked for all. */
async function removeIfEmpty(fileSystem: AzureClients['fileSystem'], signal: AbortSignal): Promise<void> {
  try {
    await fileSystem.getDirectoryClient(OWN_FOLDERS).deleteIfExists(false, { abortSignal: signal });
  } catch (error) {
    const refusal = refusalOf(error, 'lake', 'deleting the folder of all runs');
    if (!(refusal instanceof ServiceRefusal) || refusal.status !== 409) throw error;
  }
}
