// The witness: an append-only journal of what the data server has accepted, synced line by line.
// It is written before the client hears of it, so it knows the truth even when the client was killed in between.
import fs from 'node:fs'

/** What a body says of a record, without what the judge has no use for. */
const summary = (repo, write) => ({
  repo,
  collection: write.collection ?? null,
  rkey: write.rkey ?? null,
  text: typeof write.text === 'string' ? write.text : null,
})

/** One entry per write of a call: createRecord, putRecord and deleteRecord have one, applyWrites has several. */
function writesOf(nsid, body, reply) {
  if (nsid !== 'com.atproto.repo.applyWrites') {
    const rkey = body.rkey ?? String(reply.uri ?? '').split('/')[4]
    return [{ ...summary(body.repo, { ...body, rkey, text: body.record?.text }), cid: reply.cid ?? null }]
  }
  return (Array.isArray(body.writes) ? body.writes : []).map((write, index) => {
    const result = reply.results?.[index] ?? {}
    const rkey = write.rkey ?? String(result.uri ?? '').split('/')[4]
    return { ...summary(body.repo, { ...write, rkey, text: write.value?.text }), cid: result.cid ?? null }
  })
}

export class Witness {
  #file

  /** Opens the journal for appending, 0600; without a path nothing is written. */
  constructor(path) {
    this.#file = path ? fs.openSync(path, 'a', 0o600) : null
  }

  /** Notes a write call's outcome. `commit` is null when the server changed nothing (a repeated put or delete). */
  note(nsid, status, body, reply) {
    const at = Date.now()
    if (status >= 200 && status < 300) {
      const commit = reply.commit?.rev ?? null
      this.#append(writesOf(nsid, body, reply).map((write) => ({ at, accepted: nsid, ...write, commit })))
    } else {
      this.#append([{ at, refused: nsid, status, error: reply.error ?? null, ...writesOf(nsid, body, {})[0] }])
    }
  }

  #append(entries) {
    if (this.#file === null || entries.length === 0) return
    fs.writeSync(this.#file, entries.map((entry) => JSON.stringify(entry) + '\n').join(''))
    fs.fsyncSync(this.#file)
  }
}
