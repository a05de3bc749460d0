/** The part of dcmjs that the tests use; the package has no types of its own. */
declare module 'dcmjs' {
  export interface DcmjsElement {
    readonly vr: string;
    readonly Value?: readonly unknown[];
  }
  export const data: {
    readonly DicomMetaDictionary: {
      readonly nameMap: Readonly<
        Record<string, { readonly tag: string; readonly vr: string; readonly name: string }>
      >;
    };
    readonly DicomMessage: {
      readFile(
        bytes: ArrayBuffer,
        options?: { readonly ignoreErrors?: boolean },
      ): { readonly dict: Readonly<Record<string, DcmjsElement>> };
    };
  };
  interface Logger {
    setLevel(level: 'silent' | 'warn'): void;
  }
  export const log: Logger & { getLogger(name: string): Logger };
}
