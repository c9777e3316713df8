// Preloaded into a Node process (`NODE_OPTIONS=--require …`): TLS connections to *.treblle.com go
// to the local gateway instead. The SDK is not touched: the host it asks for stays the name that
// the certificate is checked against.
'use strict'

const tls = require('node:tls')

const gatewayPort = Number(process.env.TREBLLE_GATEWAY_PORT)
const isTreblle = (host) => /(^|\.)treblle\.com$/.test(host || '')
const connect = tls.connect

tls.connect = function connectHere(...args) {
  const [options, ...rest] = args
  const asked = typeof options === 'object' ? options.servername || options.host : undefined
  if (!gatewayPort || !isTreblle(asked)) {
    return connect.apply(this, args)
  }
  const here = { ...options, host: '127.0.0.1', port: gatewayPort, path: null, servername: asked }
  return connect.call(this, here, ...rest)
}
