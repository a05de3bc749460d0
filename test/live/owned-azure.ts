import { type GenericResource, ResourceManagementClient } from '@azure/arm-resources';
import { createPipelineRequest, isRestError } from '@azure/core-rest-pipeline';
import { AZURE_CLOUDS } from '../../contract';
import type { AzureConnection } from '../../verify';
import type { LiveJournal } from './live-journal';

/** On every resource group that a run makes; its value is the number of the run. */
export const LIVE_TAG = 'dicom-lake-live-run';

/** Something that the run did not make was about to be changed. Nothing was sent. */
export class NotOwned extends Error {
  override readonly name = 'NotOwned';
}

/** Azure Resource Manager, which it changes only below resource groups that the run has made. */
export class OwnedAzure {
  readonly #client: ResourceManagementClient;
  readonly #journal: LiveJournal;
  readonly #endpoint: string;

  constructor(connection: AzureConnection, journal: LiveJournal) {
    const { credential, armEndpoint = AZURE_CLOUDS.AzurePublicCloud.armEndpoint, ca } = connection;
    this.#endpoint = armEndpoint;
    this.#journal = journal;
    this.#client = new ResourceManagementClient(credential, journal.run.names.subscriptionId, {
      endpoint: armEndpoint,
      ...(ca === undefined ? {} : { tlsOptions: { ca } }),
    });
  }

  /**
   * Writes down that a group is about to be made.
   *
   * @throws NotOwned where there is such a group that the run has not made
   */
  async claimGroup(name: string): Promise<void> {
    const tags = await this.#tagsOf(name);
    if (tags !== undefined && !(this.#journal.groups.includes(name) && this.#isMine(tags)))
      throw new NotOwned(
        `the resource group '${name}' exists already and is not of this run; name one that does not exist`,
      );
    if (!this.#journal.groups.includes(name)) this.#journal.add({ kind: 'group', name });
  }

  /** Makes a group that was claimed. */
  async makeGroup(name: string, location: string): Promise<void> {
    await this.claimGroup(name);
    const { runId } = this.#journal.run.names;
    await this.#client.resourceGroups.createOrUpdate(name, { location, tags: { [LIVE_TAG]: runId } });
  }

  /** Deletes a group of the run with everything in it; true where there was one. */
  async removeGroup(name: string): Promise<boolean> {
    if ((await this.#tagsOf(name)) === undefined) return false;
    await this.#refuseForeign(`/subscriptions/${this.#subscription}/resourceGroups/${name}`);
    await this.#client.resourceGroups.beginDeleteAndWait(name);
    return true;
  }

  async put(id: string, apiVersion: string, body: GenericResource): Promise<void> {
    await this.#refuseForeign(id);
    await this.#client.resources.beginCreateOrUpdateByIdAndWait(id.slice(1), apiVersion, body);
  }

  async patch(id: string, apiVersion: string, body: GenericResource): Promise<void> {
    await this.#refuseForeign(id);
    await this.#client.resources.beginUpdateByIdAndWait(id.slice(1), apiVersion, body);
  }

  async remove(id: string, apiVersion: string): Promise<void> {
    await this.#refuseForeign(id);
    await this.#client.resources.beginDeleteByIdAndWait(id.slice(1), apiVersion);
  }

  /** Anything; undefined where Azure Resource Manager does not have it. */
  async read(
    id: string,
    apiVersion: string,
    query: Readonly<Record<string, string>> = {},
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    const parameters = new URLSearchParams({ 'api-version': apiVersion, ...query });
    const url = `${this.#endpoint}${id}?${parameters.toString()}`;
    const { status, bodyAsText } = await this.#client.sendRequest(createPipelineRequest({ url }));
    if (status === 404) return undefined;
    if (status !== 200)
      throw new Error(`reading ${id.split('/').slice(-2).join('/')} was answered ${status}`);
    return JSON.parse(bodyAsText ?? '{}') as Readonly<Record<string, unknown>>;
  }

  get #subscription(): string {
    return this.#journal.run.names.subscriptionId;
  }

  async #refuseForeign(id: string): Promise<void> {
    const [, subscription = '', group = ''] =
      /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
    const isClaimed =
      subscription.toLowerCase() === this.#subscription &&
      this.#journal.groups.some((name) => name.toLowerCase() === group.toLowerCase());
    if (!isClaimed) throw new NotOwned(`${id} is in no resource group of this run`);
    const tags = await this.#tagsOf(group);
    if (tags === undefined || !this.#isMine(tags))
      throw new NotOwned(`the resource group '${group}' does not carry the tag ${LIVE_TAG} of this run`);
  }

  #isMine(tags: Readonly<Record<string, string>>): boolean {
    return tags[LIVE_TAG] === this.#journal.run.names.runId;
  }

  /** Undefined where there is no such group. */
  async #tagsOf(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    try {
      return (await this.#client.resourceGroups.get(name)).tags ?? {};
    } catch (error) {
      if (isRestError(error) && error.statusCode === 404) return undefined;
      throw error;
    }
  }
}
