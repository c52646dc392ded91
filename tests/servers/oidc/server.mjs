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

// The server must know its own address, and only the system knows a port that is free.
const listener = http.createServer()
await new Promise((done) => listener.listen(0, '127.0.0.1', done))
const issuer = `http://127.0.0.1:${listener.address().port}`

const provider = new Provider(issuer, {
  clients: [
    app('public', { grant_types: ['authorization_code', 'refresh_token', DEVICE] }),
    app('secret', { client_secret: 's3cret-for-tests-only', token_endpoint_auth_method: 'client_secret_basic' }),
    app('bound', { dpop_bound_access_tokens: true, require_pushed_authorization_requests: true }),
  ],
  scopes: ['openid', 'offline_access', 'posts'],
  claims: { openid: ['sub'], profile: ['name'] },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, name: `Person ${id}` }) }),
  cookies: { keys: [randomBytes(16).toString('hex')] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: (_context, client, code) => client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
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
listener.on('request', provider.callback())
console.log(JSON.stringify({ ready: true, issuer }))
