// The front door of the data server: forwards every call, tells the witness of every accepted write before the reply
// leaves, and misbehaves on request. Only node:http; knows nothing of the server behind it.
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

// More than any body the server accepts, so that it is the one to refuse.
const MAX_BODY_BYTES = 16 * 1024 * 1024
const MAX_CONTROL_BODY_BYTES = 64 * 1024
const MAX_RULES = 100
const MAX_DELAY_MS = 600_000
const WRITES = new Set(['createRecord', 'putRecord', 'deleteRecord', 'applyWrites'].map((name) => `com.atproto.repo.${name}`))
const ACTIONS = new Set(['refuse', 'status', 'delay_reply', 'lost_reply'])
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'te', 'trailer', 'upgrade'])

const endToEnd = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)))

/** Reads a whole body, or null when it is larger than `limit` bytes. */
async function read(stream, limit) {
  const chunks = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > limit) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const parse = (bytes) => {
  try {
    const value = JSON.parse(bytes.toString('utf8'))
    return value !== null && typeof value === 'object' ? value : {}
  } catch {
    return {}
  }
}

function sendJson(res, status, body, headers = {}) {
  const bytes = Buffer.from(JSON.stringify(body))
  res.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': bytes.length })
  res.end(bytes)
}

/** A checked copy of one rule, or a sentence saying what is wrong with it. */
function checkRule(rule) {
  if (rule === null || typeof rule !== 'object') return 'a rule is an object'
  const { do: action, operation, after = 0, times = 1, delay_ms = 0, status = 503, headers = {}, body = {} } = rule
  const count = (n) => Number.isInteger(n) && n >= 0
  if (!ACTIONS.has(action)) return `"do" is one of ${[...ACTIONS].join(', ')}`
  if (operation !== undefined && typeof operation !== 'string') return '"operation" is the name of a call'
  if (!count(after) || !count(times)) return '"after" and "times" are whole numbers from 0'
  if (!count(delay_ms) || delay_ms > MAX_DELAY_MS) return `"delay_ms" is at most ${MAX_DELAY_MS}`
  if (!count(status) || status < 400 || status > 599) return '"status" is an error status'
  return { do: action, operation, after, times, delay_ms, status, headers, body, hits: 0 }
}

/** The rules in force; each counts its own matching calls: `after` are let through, then `times` are hit. */
class Rules {
  #rules = []

  replace(list) {
    if (!Array.isArray(list) || list.length > MAX_RULES) return `expected a list of at most ${MAX_RULES} rules`
    const checked = list.map(checkRule)
    const wrong = checked.find((rule) => typeof rule === 'string')
    if (wrong !== undefined) return wrong
    this.#rules = checked
    return null
  }

  /** The first rule that hits this call. */
  take(nsid) {
    for (const rule of this.#rules) {
      if (rule.operation !== undefined && rule.operation !== nsid) continue
      if (rule.after > 0) rule.after -= 1
      else if (rule.times > 0) {
        rule.times -= 1
        rule.hits += 1
        return rule
      }
    }
    return null
  }

  list() {
    return this.#rules
  }
}

export class Proxy {
  #target
  #witness
  #token
  #rules = new Rules()
  #agent = new http.Agent({ keepAlive: true })
  #server = http.createServer((req, res) => {
    this.#serve(req, res).catch((error) => {
      if (res.headersSent) res.destroy()
      else sendJson(res, 502, { error: 'ProxyFailure', message: String(error?.message ?? error) })
    })
  })

  /** `target`: { host, port } of the server behind; `token`: what callers of /__control must show. */
  constructor({ target, witness, token }) {
    this.#target = target
    this.#witness = witness
    this.#token = token
  }

  /** Listens on 127.0.0.1 and gives the port. */
  async listen(port) {
    await new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    return this.#server.address().port
  }

  close() {
    this.#server.closeAllConnections()
    this.#server.close()
    this.#agent.destroy()
  }

  async #serve(req, res) {
    const path = req.url.split('?')[0]
    if (path.startsWith('/__control/')) return this.#control(req, res, path)
    const nsid = path.startsWith('/xrpc/') ? path.slice('/xrpc/'.length) : path
    const rule = this.#rules.take(nsid)
    if (rule?.do === 'refuse') return req.socket.destroy()
    if (rule?.do === 'status') {
      req.resume()
      return sendJson(res, rule.status, rule.body, rule.headers)
    }
    // A reply is held back whole when it has to be witnessed, delayed or lost; everything else streams through.
    if (rule || (req.method === 'POST' && WRITES.has(nsid))) return this.#whole(req, res, nsid, rule)
    return this.#stream(req, res)
  }

  async #control(req, res, path) {
    if (req.headers.authorization !== `Bearer ${this.#token}`) return sendJson(res, 401, { error: 'ControlTokenMissing' })
    if (path !== '/__control/faults') return sendJson(res, 404, { error: 'NotFound' })
    if (req.method === 'POST') {
      const bytes = await read(req, MAX_CONTROL_BODY_BYTES)
      let wrong = 'the body is too large'
      if (bytes !== null) {
        try {
          wrong = this.#rules.replace(JSON.parse(bytes.toString('utf8')))
        } catch {
          wrong = 'the body is not JSON'
        }
      }
      if (wrong !== null) return sendJson(res, 400, { error: 'InvalidRules', message: wrong })
    }
    return sendJson(res, 200, { rules: this.#rules.list() })
  }

  /** Once sent, a write runs to its end even if the client has gone: that is the case the witness is for. */
  async #whole(req, res, nsid, rule) {
    const body = await read(req, MAX_BODY_BYTES)
    if (body === null) return sendJson(res, 413, { error: 'PayloadTooLarge', message: 'request entity too large' })
    const upstream = await this.#forward(req, (out) => out.end(body), { 'content-length': body.length })
    const reply = await read(upstream, Infinity)
    if (WRITES.has(nsid)) this.#witness.note(nsid, upstream.statusCode, parse(body), parse(reply))
    if (rule?.do === 'lost_reply') return res.destroy()
    if (rule?.do === 'delay_reply') await sleep(rule.delay_ms)
    res.writeHead(upstream.statusCode, { ...endToEnd(upstream.headers), 'content-length': reply.length })
    return res.end(reply)
  }

  async #stream(req, res) {
    const upstream = await this.#forward(req, (out) => {
      req.pipe(out)
      res.once('close', () => res.writableFinished || out.destroy())
    })
    // A reply may come before the body is through (413): read the rest, or the client is cut off while it still sends.
    req.unpipe()
    req.resume()
    res.writeHead(upstream.statusCode, endToEnd(upstream.headers))
    upstream.pipe(res)
  }

  #forward(req, send, extra = {}) {
    // A plain reply is asked for: the witness could not read a compressed one.
    const headers = { ...endToEnd(req.headers), 'accept-encoding': 'identity', ...extra }
    return new Promise((resolve, reject) => {
      const out = http.request(
        { ...this.#target, method: req.method, path: req.url, headers, agent: this.#agent },
        resolve,
      )
      out.once('error', reject)
      send(out)
    })
  }
}
