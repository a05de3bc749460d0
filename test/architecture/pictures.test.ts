import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { architecturePicture } from '../support/pictures/architecture-picture';
import { dependencyOrderPicture } from '../support/pictures/dependency-order-picture';

const IMAGES = path.resolve(__dirname, '../../docs/images');

/** `npm run docs` draws them, and this test fails where the stacks have become others. */
test.each([architecturePicture, dependencyOrderPicture])('%p is what the stack is', async (draw) => {
  const { file, svg } = await draw();
  const place = path.join(IMAGES, file);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(place, svg);
  expect(readFileSync(place, 'utf8')).toBe(svg);
});
