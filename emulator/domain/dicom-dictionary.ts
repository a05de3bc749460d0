import { DICOM_DICTIONARY_TABLE } from './dicom-dictionary-table';

/** What the standard says of one attribute. */
export interface DicomAttributeDefinition {
  /** Eight upper-case hexadecimal digits. */
  readonly tag: string;
  readonly keyword: string;
  /** `US|SS` where PixelRepresentation decides. */
  readonly vr: string;
}

const DEFINITIONS: readonly DicomAttributeDefinition[] = DICOM_DICTIONARY_TABLE.trim()
  .split('\n')
  .map((row) => {
    const [tag = '', vr = '', keyword = ''] = row.split(' ');
    return { tag, vr, keyword };
  });

const BY_TAG = new Map(DEFINITIONS.map((definition) => [definition.tag, definition]));
const BY_KEYWORD = new Map(DEFINITIONS.map((definition) => [definition.keyword, definition]));

/** Curves and overlays: the groups 5000 to 50FF and 6000 to 60FF repeat the first of them. */
const REPEATED_GROUP = /^([56]0)[0-9A-F][02468ACE]/;
const PRIVATE_CREATOR = /^[0-9A-F]{3}[13579BDF]00(?!0)[0-9A-F]{2}$/;

export function definitionOfTag(tag: string): DicomAttributeDefinition | undefined {
  if (PRIVATE_CREATOR.test(tag)) return { tag, vr: 'LO', keyword: 'PrivateCreator' };
  return BY_TAG.get(tag) ?? BY_TAG.get(tag.replace(REPEATED_GROUP, '$100'));
}

/** Keywords are case-sensitive. */
export function definitionOfKeyword(keyword: string): DicomAttributeDefinition | undefined {
  return BY_KEYWORD.get(keyword);
}
