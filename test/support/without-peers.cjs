// Makes the peers of the package impossible to find, as where they are not installed.
const Module = require('node:module');
const { peerDependencies } = require('../../package.json');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const name = Object.keys(peerDependencies).find(
    (peer) => request === peer || request.startsWith(`${peer}/`),
  );
  if (name !== undefined) {
    throw Object.assign(new Error(`Cannot find module '${request}'`), { code: 'MODULE_NOT_FOUND' });
  }
  return resolve.call(this, request, ...rest);
};
