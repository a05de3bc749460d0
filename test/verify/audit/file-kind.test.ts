import { FileKinds } from '../../../verify/audit/file-kind';
import { manifestFixture } from '../../support/manifest';

test('an image directly below the folder of the service is one of the default partition', () => {
  const kinds = new FileKinds(manifestFixture());
  const kindOf = (path: string) => kinds.kindOf(`AHDS/hospital/dicom/images/${path}`, 86_400_000);
  expect(kindOf('1_1.dcm')).toEqual({ kind: 'image', partition: 'Microsoft.Default' });
  expect(kindOf('Microsoft.Default/1_1.dcm')).toEqual({ kind: 'image', partition: 'Microsoft.Default' });
  expect(kindOf('Microsoft.Default/deeper/1_1.dcm').kind).toBe('misplaced');
});
