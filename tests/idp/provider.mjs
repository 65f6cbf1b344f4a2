// An OpenID Connect provider on loopback whose users sign in by naming themselves: for tests and the demo.
//
// usage: node provider.mjs PORT CERTIFICATE KEY KID [PORTAL [SECRET [METHOD]]]
// Prints its port when it listens; port 0 takes a free one. KID names its keys, which are new at each start. PORTAL is
// where browsers of administrators come back to; with a SECRET they are those of a confidential client, which shows it
// as METHOD says, and its addresses have queries.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Provider } from 'oidc-provider';

const [port, certificate, key, kid, portal, secret, method] = process.argv.slice(2);

// What access tokens are for.
const service = 'https://assay.contoso.example';

// How they sign in, and the groups they are in; of mia, who is in too many, a token says that alone.
const users = {
  ada: { amr: ['pwd', 'mfa'], groups: ['Engineers', 'Berlin'] },
  kim: { amr: ['pwd', 'mfa'], groups: ['Engineers'] },
  bob: { amr: ['pwd'], groups: ['Visitors'] },
  eve: { amr: ['pwd', 'mfa'], groups: ['Visitors'] },
  mia: { amr: ['pwd', 'mfa'], hasgroups: true },
};

function claimsOf(id) {
  return { name: id, preferred_username: `${id}@contoso.example`, ...users[id] };
}

function privateKey(type, options, name) {
  const jwk = generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' });
  return { ...jwk, use: 'sig', kid: `${name}-${kid}` };
}

function client(id, algorithm) {
  return {
    client_id: id,
    token_endpoint_auth_method: 'none',
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
    response_types: [],
    redirect_uris: [],
    id_token_signed_response_alg: algorithm,
  };
}

const administrators = {
  client_id: 'assay-admin',
  ...secret ? { client_secret: secret, token_endpoint_auth_method: method } : { token_endpoint_auth_method: 'none' },
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: [portal],
  id_token_signed_response_alg: 'ES256',
};

// Everybody agrees to everything.
async function grantAll(ctx) {
  const { oidc } = ctx;
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope('openid profile');
  grant.addResourceScope(service, 'enrol');
  await grant.save();
  return grant;
}

function start(issuer) {
  const provider = new Provider(issuer, {
    clients: [client('assay', 'ES256'), client('assay-rsa', 'RS256'), client('payroll', 'ES256'),
      ...portal ? [administrators] : []],
    jwks: { keys: [privateKey('ec', { namedCurve: 'P-256' }, 'ec'), privateKey('rsa', { modulusLength: 2048 }, 'rsa')] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'] },
    claims: { openid: ['sub', 'amr'], profile: ['name', 'groups', 'hasgroups', 'preferred_username'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['test'] },
    clientAuthMethods: ['none', ...secret ? [method] : []],
    features: {
      deviceFlow: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) => (ctx.oidc.params.scope?.includes('openid') ? undefined : service),
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'enrol', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    extraTokenClaims: (ctx, token) => claimsOf(token.accountId),
    ttl: { DeviceCode: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600, AccessToken: 600 },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: grantAll,
    findAccount: (ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...claimsOf(id) }),
    }),
  });
  provider.use(async (ctx, next) => {
    await next();
    if (!secret || ctx.path !== '/.well-known/openid-configuration') return;
    ctx.body.authorization_endpoint += '?tenant=contoso';
    ctx.body.token_endpoint += '?policy=of-contoso';
  });
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const login = { accountId: ctx.get('x-user'), amr: users[ctx.get('x-user')].amr };
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, { login }));
    return undefined;
  });
  return provider;
}

const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) });
server.listen(Number(port), '127.0.0.1', () => {
  const own = server.address().port;
  server.on('request', start(`https://127.0.0.1:${own}`).callback());
  console.log(own);
});
