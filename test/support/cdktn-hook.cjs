// Loads CDK Terrain where the application asks for cdktf: the one change that moving over takes.
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const moved = request
    .replace(/^cdktf(?=$|\/)/, 'cdktn')
    .replace(/^@cdktf\/provider-azurerm/, '@cdktn/provider-azurerm');
  return resolve.call(this, moved, ...rest);
};
