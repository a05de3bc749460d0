// node synthesize-all.cjs FOLDER NAME=main.js …: each application into a folder of its own. One process for all of
// them, since most of the time goes into loading the bindings.
const { mkdirSync } = require('node:fs');
const path = require('node:path');

const [folder, ...applications] = process.argv.slice(2);
for (const application of applications) {
  const [name, main] = application.split('=');
  process.env.CDKTF_OUTDIR = path.join(folder, name);
  mkdirSync(process.env.CDKTF_OUTDIR, { recursive: true });
  require(path.resolve(main));
}
