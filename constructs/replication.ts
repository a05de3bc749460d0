export const REPLICATIONS = ['LRS', 'ZRS', 'GRS', 'RAGRS', 'GZRS', 'RAGZRS'] as const;

export type Replication = (typeof REPLICATIONS)[number];
