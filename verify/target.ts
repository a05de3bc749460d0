import { type DeploymentManifest, lakeTenantOf, servicePath } from '../contract';
import { azureClients, type AzureConnection } from './clients/azure';
import { httpSender, type SendHttp } from './clients/http';
import { ConfigError } from './error';
import type { ProbeTarget } from './probe';

export type VerifyTarget =
  | { readonly kind: 'deployment'; readonly manifest: DeploymentManifest; readonly azure: AzureConnection }
  | {
      readonly kind: 'dicomweb';
      /** Base URL of the DICOMweb services, such as `https://pacs.example.org/dicom-web`. */
      readonly url: string;
      /** @default - none is sent */
      readonly bearerToken?: string;
    };

/** Where journals of a target are kept, and what they may name. */
export interface TargetNames {
  readonly serviceUrl: string;
  /** Folder of the service in the lake; absent where no lake is known. */
  readonly servicePath?: string;
}

/** @throws ConfigError where the URL cannot be used */
export function namesOf(target: VerifyTarget): TargetNames {
  if (target.kind === 'dicomweb') return { serviceUrl: readDicomWebUrl(target.url) };
  const { manifest } = target;
  return {
    serviceUrl: manifest.dicomService.serviceUrl,
    servicePath: servicePath(lakeTenantOf(manifest)),
  };
}

/**
 * The clients of a target.
 *
 * @param wrap gives what sends to the DICOM service what the run asks of it
 * @throws ConfigError where the target cannot be used
 */
export function openTarget(target: VerifyTarget, wrap: (send: SendHttp) => SendHttp): ProbeTarget {
  const opened = OPENED.get(target) ?? clientsOf(target);
  OPENED.set(target, opened);
  if (opened.kind === 'dicomweb') return { ...opened, dicom: wrap(opened.dicom) };
  const { arm, dicom, dicomAs } = opened.azure;
  return {
    ...opened,
    azure: {
      ...opened.azure,
      arm: arm.forOneRun(),
      dicom: wrap(dicom),
      dicomAs: {
        nobody: wrap(dicomAs.nobody),
        wrongAudience: wrap(dicomAs.wrongAudience),
        ...(dicomAs.reader === undefined ? {} : { reader: wrap(dicomAs.reader) }),
      },
    },
  };
}

/** Clients keep their connections open, so a target that is verified again and again keeps its clients. */
const OPENED = new WeakMap<VerifyTarget, ProbeTarget>();

function clientsOf(target: VerifyTarget): ProbeTarget {
  if (target.kind === 'deployment') {
    const { manifest, azure } = target;
    return { kind: 'deployment', manifest, azure: azureClients(manifest, azure) };
  }
  const { bearerToken } = target;
  const url = readDicomWebUrl(target.url);
  if (bearerToken !== undefined && !url.startsWith('https:')) {
    throw new ConfigError(`a bearer token is sent over https only, got '${url}'`);
  }
  return {
    kind: 'dicomweb',
    url,
    dicom: httpSender(bearerToken === undefined ? {} : { token: { bearer: bearerToken } }),
  };
}

/** Without a slash at the end. User names, passwords and queries are not repeated: they may be secrets. */
function readDicomWebUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    const shown = text.replace(/^.*@/s, '***@').replace(/[?#].*$/s, '');
    throw new ConfigError(`the DICOMweb URL must start with http:// or https://, got '${shown}'`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new ConfigError(
      `the DICOMweb URL of '${url.host}' must hold no user name, password, query or fragment; give a bearer token instead`,
    );
  }
  return url.href.replace(/\/+$/, '');
}
