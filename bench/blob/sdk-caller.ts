import { AnonymousCredential, ContainerClient } from '@azure/storage-blob';
import type { BlobCaller, BlobPlace } from './blob-calls';

/** The same by @azure/storage-blob, as it is published. */
export function sdkCaller({ url, ca, bearer, signature }: BlobPlace): BlobCaller {
  const token = { token: bearer ?? '', expiresOnTimestamp: Number.MAX_SAFE_INTEGER };
  const container = new ContainerClient(
    signature === undefined ? url : `${url}?${signature}`,
    bearer === undefined ? new AnonymousCredential() : { getToken: () => Promise.resolve(token) },
    ca === undefined ? {} : ({ tlsOptions: { ca } } as object),
  );
  return {
    put: async (name, content) => {
      await container.getBlockBlobClient(name).upload(content, content.length);
    },
    get: async (name) => {
      const { readableStreamBody } = await container.getBlobClient(name).download();
      let length = 0;
      for await (const chunk of readableStreamBody ?? []) length += chunk.length;
      return length;
    },
    setTier: async (name, tier) => {
      await container.getBlobClient(name).setAccessTier(tier);
    },
    list: async (prefix) => {
      let found = 0;
      for await (const { properties } of container.listBlobsFlat({ prefix }))
        if (properties.blobType !== undefined) found += 1;
      return found;
    },
  };
}
