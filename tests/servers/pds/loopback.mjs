// Preload (node --import): whatever a program asks for, its TCP servers listen on 127.0.0.1 only.
// The data server and the directory would otherwise listen on every address of the machine.
import { Server } from 'node:net'

const HOST = '127.0.0.1'
const listen = Server.prototype.listen

const isPort = (value) => typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value))

Server.prototype.listen = function listenOnLoopback(first, ...rest) {
  if (isPort(first)) {
    const others = typeof rest[0] === 'string' ? rest.slice(1) : rest
    return listen.call(this, first, HOST, ...others)
  }
  if (first !== null && typeof first === 'object' && first.port !== undefined) {
    return listen.call(this, { ...first, host: HOST }, ...rest)
  }
  return listen.call(this, first, ...rest)
}
