// A certified OAuth 2 and OpenID Connect server on loopback, with all a client on a desktop may meet: proof keys, any
// loopback port, rotation, revocation, requests sent ahead, tokens bound to keys with the server's own nonces, device
// codes. Its pages are its own, plain forms; whoever gives a name is signed in by it. State is in memory.
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { parseArgs } from 'node:util'
import { Provider } from 'oidc-provider'

const { values: args } = parseArgs({
  options: {
    // Seconds.
    'access-life': { type: 'string', default: '60' },
    'until-stdin-closes': { type: 'boolean', default: false },
  },
})
if (args['until-stdin-closes']) process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume()

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const app = (client_id, more = {}) => ({
  client_id,
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['http://127.0.0.1/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  ...more,
})

const OWN = ['http://127.0.0.1/callback/own_server']

// The server must know its own address, and only the system knows a port that is free.
const listener = http.createServer()
await new Promise((done) => listener.listen(0, '127.0.0.1', done))
const issuer = `http://127.0.0.1:${listener.address().port}`

const provider = new Provider(issuer, {
  clients: [
    app('public', { grant_types: ['authorization_code', 'refresh_token', DEVICE] }),
    app('secret', { client_secret: 's3cret-for-tests-only', token_endpoint_auth_method: 'client_secret_basic' }),
    // As people's own definitions are registered with their way back.
    app('own-public', { redirect_uris: OWN }),
    app('own-secret', {
      redirect_uris: OWN,
      client_secret: 's3cret-for-tests-only',
      token_endpoint_auth_method: 'client_secret_basic',
    }),
    app('bound', { dpop_bound_access_tokens: true, require_pushed_authorization_requests: true }),
  ],
  scopes: ['openid', 'offline_access', 'posts'],
  claims: { openid: ['sub'], profile: ['name'] },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: `Person ${id}` }) }),
  cookies: { keys: [randomBytes(16).toString('hex')] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  // Whoever asks for no more than to be let in gets what renews too, as on most servers; the others have to ask for it.
  issueRefreshToken: (_context, client, code) =>
    client.grantTypeAllowed('refresh_token') && (client.clientId.startsWith('own-') || code.scopes.has('offline_access')),
  ttl: {
    AccessToken: Number(args['access-life']),
    AuthorizationCode: 30,
    DeviceCode: 120,
    Grant: 3600,
    IdToken: 300,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: { enabled: false },
    revocation: { enabled: true, allowedPolicy: () => true },
  },
})

// What its operator sees and does: how many grants were ended, and an owner who ends all of theirs.
const grants = new Map()
let ended = 0
provider.on('grant.success', ({ oidc }) => {
  const { AccessToken: token } = oidc.entities
  if (token) grants.set(token.grantId, token.accountId)
})
provider.on('grant.revoked', () => ended++)
async function forget(account) {
  for (const [id] of [...grants].filter(([, owner]) => owner === account)) {
    for (const kind of [provider.AccessToken, provider.RefreshToken]) await kind.revokeByGrantId(id)
    await (await provider.Grant.find(id))?.destroy()
    grants.delete(id)
  }
}
const serve = provider.callback()
listener.on('request', (request, response) => {
  const [, word, of] = /^\/operator\/(\w+)\/?(\w*)$/.exec(request.url) ?? []
  if (!word) return serve(request, response)
  const done = word === 'forget' ? forget(of) : Promise.resolve()
  done.then(() => response.end(JSON.stringify({ ended }))).catch((error) => response.writeHead(500).end(String(error)))
})
console.log(JSON.stringify({ ready: true, issuer }))
