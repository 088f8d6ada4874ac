module.exports = globalThis.ml5.tf;
