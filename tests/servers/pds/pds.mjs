// A real Bluesky data server (PDS) with its directory (PLC) on loopback, behind the witnessing front door.
// Everything it stores is in one temporary folder, new at each start and removed at the end.
import fs from 'node:fs'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { Proxy } from './proxy.mjs'
import { Witness } from './witness.mjs'

const BLOB_UPLOAD_LIMIT_BYTES = 5 * 1024 * 1024

const { values: args } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'plc-port': { type: 'string', default: '0' },
    'until-stdin-closes': { type: 'boolean', default: false },
  },
})
// Port 0 has to be left out: these servers would put it into their own addresses.
const chosen = (port) => (Number(port) > 0 ? { port: Number(port) } : {})
const rateLimitsEnabled = process.env.RATE_LIMITS === '1'
process.env.LOG_ENABLED ??= 'false'

const data = fs.mkdtempSync(path.join(os.tmpdir(), 'postroom-pds-'))
process.env.TMPDIR = data
process.on('exit', () => fs.rmSync(data, { recursive: true, force: true }))

const toClose = []
let ending = false
async function end() {
  if (ending) return
  ending = true
  // A stuck connection must not keep a test run waiting.
  setTimeout(() => process.exit(0), 3000).unref()
  for (const part of toClose.reverse()) await part.close()
  process.exit(0)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, end)
if (args['until-stdin-closes']) process.stdin.on('end', end).on('error', end).resume()

// Imported only now: the logger reads the environment when it is loaded.
const { TestPlc, TestPds } = await import('@atproto/dev-env')

const started = performance.now()
const plc = await TestPlc.create(chosen(args['plc-port']))
toClose.push(plc)
const pds = await TestPds.create({
  ...chosen(args.port),
  didPlcUrl: plc.url,
  blobUploadLimit: BLOB_UPLOAD_LIMIT_BYTES,
  rateLimitsEnabled,
})
toClose.push(pds)

// The server names its port in DID documents and OAuth metadata. It moves to another one and the front door takes its
// place, so that a client following those documents cannot slip past the witness.
const server = pds.server.server
server.close()
await once(server, 'close')
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const token = randomBytes(16).toString('hex')
const target = { host: '127.0.0.1', port: server.address().port }
const proxy = new Proxy({ target, witness: new Witness(process.env.WITNESS), token })
await proxy.listen(pds.port)
toClose.push(proxy)

console.log(
  JSON.stringify({
    ready: true,
    pds: pds.url,
    plc: plc.url,
    direct: `http://127.0.0.1:${target.port}`,
    control: `${pds.url}/__control/faults`,
    control_token: token,
    ms: Math.round(performance.now() - started),
  }),
)
