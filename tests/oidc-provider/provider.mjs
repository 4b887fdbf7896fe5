// An OpenID provider the project did not write. Reads its settings from the environment, prints READY once it listens.
// GROUPS: what every account's groups claim holds, separated by commas.
import Provider from 'oidc-provider';

const port = Number(process.env.PORT);
const issuer = `http://127.0.0.1:${port}`;
const groups = (process.env.GROUPS ?? '').split(',').filter(Boolean);

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'portal-elsewhere',
    client_secret: process.env.CLIENT_SECRET,
    redirect_uris: [`${process.env.PORTAL}/signin-oidc`],
    post_logout_redirect_uris: [`${process.env.PORTAL}/signout-callback-oidc`],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
  }],
  claims: { openid: ['sub'], profile: ['name'], email: ['email'], groups: ['roles_of_the_firm'] },
  scopes: ['openid', 'profile', 'email', 'groups', 'offline_access'],
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: 'Account of another provider', email: 'account@example.org', roles_of_the_firm: groups }),
  }),
});

provider.listen(port, '127.0.0.1', () => console.log('READY'));
