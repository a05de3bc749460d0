/** Which pages of other origins may call a DICOM service from a browser; `*` stands for all. */
export interface CorsPolicy {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  /** How long a browser may keep the answer. @default - as the browser likes */
  readonly maxAgeSeconds?: number;
  /** Whether cookies go along. */
  readonly allowCredentials: boolean;
}
