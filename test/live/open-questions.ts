/**
 * What no document answers and only a real subscription can, by ids that stay the same. Each has an experiment that
 * names it, or stands in {@link NOT_TRIED} with the reason.
 */
export const OPEN_QUESTIONS = {
  'user-assigned-through-resource-instance':
    'Does a user-assigned identity pass a resource instance rule of the lake’s firewall while public access is off?',
  'user-assigned-through-trusted-services':
    'Does it pass the exception for trusted services while public access is off?',
  'key-in-the-create-call': 'Can a service on a lake be given the customer’s key when it is created?',
  'service-on-smart-tier': 'Does the service store and read files in an account whose tier is Smart?',
  'role-on-the-container-alone':
    'Is Storage Blob Data Contributor on the container alone enough for the service?',
  'resource-health-words':
    'Which reasonType, cause and status does Resource Health give for a lake that was lost?',
  'health-file-name': 'Does each health file have a name of its own, as in the open-source server?',
  'health-file-expiry': 'Does a health file carry an expiry, as in the open-source server?',
  'platform-at-fault':
    'Does a health check that fails for no reason of the owner turn Resource Health to Unavailable?',
} as const;

export type OpenQuestion = keyof typeof OPEN_QUESTIONS;

/** Questions that no experiment can put, and who can. */
export const NOT_TRIED: Readonly<Partial<Record<OpenQuestion, string>>> = {
  'platform-at-fault':
    'nobody but Microsoft can break the platform: keep the Resource Health history of a real incident, or ask in a support ticket',
};
