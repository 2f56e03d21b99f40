// A certified OpenID provider (npm oidc-provider) with a sign-in page of its own, for tests.
//
//   node provider.mjs CONFIG.json
//
// The configuration: {port, accounts: FILE, clients: [...], keys: FILE}. `accounts` is read anew at each sign-in: an object
// of claims by the account's name. The signing keys are made anew where `keys` does not exist, so a test that removes it
// and starts the provider again has it rotate its keys. One line on standard output says that it listens.

import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { argv, stdout } from "node:process";
import { pathToFileURL } from "node:url";

const web = createRequire(new URL("../../web/package.json", import.meta.url));
const { Provider } = await import(pathToFileURL(web.resolve("oidc-provider")).href);

const config = JSON.parse(readFileSync(argv[2], "utf8"));
const issuer = `http://127.0.0.1:${config.port}`;
const accounts = () => JSON.parse(readFileSync(config.accounts, "utf8"));

function signingKeys() {
  if (!existsSync(config.keys)) {
    const kinds = [
      ["rsa", { modulusLength: 2048 }, "RS256"],
      ["ec", { namedCurve: "P-256" }, "ES256"],
    ];
    const keys = kinds.map(([kind, options, alg]) => {
      const { privateKey } = generateKeyPairSync(kind, options);
      return { ...privateKey.export({ format: "jwk" }), use: "sig", alg, kid: `${alg}-${Date.now()}` };
    });
    writeFileSync(config.keys, JSON.stringify({ keys }), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(config.keys, "utf8"));
}

const provider = new Provider(issuer, {
  clients: config.clients,
  jwks: signingKeys(),
  cookies: { keys: ["for tests alone"] },
  claims: { openid: ["sub", "roles", "realm_access"], profile: ["name", "preferred_username"], email: ["email", "email_verified"] },
  conformIdTokenClaims: config.claims_at_userinfo ?? true,
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      postLogoutSuccessSource: (ctx) => {
        ctx.body = page("Signed out", "");
      },
      logoutSource: (ctx, form) => {
        ctx.body = page("Sign out", `${form}<button autofocus form="op.logoutForm" name="logout" value="yes">Sign out here too</button>`);
      },
    },
  },
  findAccount: (_ctx, id) => {
    const claims = accounts()[id];
    return claims && { accountId: id, claims: () => ({ ...claims, sub: id }) };
  },
  // Whoever signs in agrees: people are not asked about the portal of their own organization.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  // The portal under test is on this machine, where a provider would call nobody otherwise.
  fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
  ttl: { AuthorizationCode: config.code_life ?? 60 },
});

const page = (title, body) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,"><main><h1>${title}</h1>${body}</main></html>`;

provider.use(async (ctx, next) => {
  const [, uid, action] = /^\/interaction\/([\w-]+)(?:\/(\w+))?$/.exec(ctx.path) ?? [];
  if (uid === undefined) return next();
  if (action === "abort") {
    const stopped = { error: "access_denied", error_description: "the person stopped" };
    return provider.interactionFinished(ctx.req, ctx.res, stopped, { mergeWithLastSubmission: false });
  }
  if (ctx.method === "POST") {
    const chunks = [];
    for await (const chunk of ctx.req) chunks.push(chunk);
    const accountId = new URLSearchParams(Buffer.concat(chunks).toString()).get("login");
    if (accounts()[accountId] !== undefined) {
      await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId } }, { mergeWithLastSubmission: false });
      ctx.respond = false;
      return;
    }
  }
  ctx.body = page(
    "The provider",
    `<form method="post" action="/interaction/${uid}"><label>Account <input name="login" required autofocus></label>
     <button>Sign in</button></form><a href="/interaction/${uid}/abort">Stop</a>`,
  );
});

provider.on("server_error", (_ctx, error) => console.error(error));
provider.on("backchannel.error", (_ctx, error) => console.error("back channel", error));
const server = provider.listen(config.port, "127.0.0.1", () => stdout.write(`listening at ${issuer}\n`));
process.on("SIGTERM", () => server.close());
