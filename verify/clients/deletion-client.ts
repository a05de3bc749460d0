import { refusal } from './dicomweb-answer';
import { type DicomUids, type DicomWebChannel, levelOf, pathOf } from './dicomweb-channel';

/** Deletes at every level, which the standard does not have. */
export class DeletionClient {
  public constructor(private readonly channel: DicomWebChannel) {}

  /** @throws ServiceRefusal also where it is not there */
  public async delete(uids: DicomUids): Promise<void> {
    const operation = `DELETE ${levelOf(uids)}`;
    const answer = await this.channel.ask({ operation, method: 'DELETE', path: pathOf(uids) });
    if (answer.status !== 204 && answer.status !== 200) throw refusal(operation, answer);
  }
}
