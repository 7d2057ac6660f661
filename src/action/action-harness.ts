// Drives the actions of a login inside a sandbox, one after the other. The function runs there: its text is sent along, so it
// uses nothing from outside of itself. Called by action-pipeline.ts.
import type { GuestHost, GuestTools } from '../sandbox/guest-library.ts';

/** What actions are run on. */
export interface ActionInput {
  /** JSON of what every action sees. */
  readonly event: string;
  /** The secrets of each action, in their order. */
  readonly secrets: readonly Readonly<Record<string, string>>[];
  /** The scope that the access token will have. */
  readonly scope: readonly string[];
}

type Members = Record<string, unknown>;

/**
 * Ends with the verdict `passed`, with what the actions asked for; `denied`, when one denied the login; or `threw`, for any
 * other way in which one failed. The first that denies, or needs a browser, is the last that runs.
 */
export async function actionHarness(host: GuestHost, tools: GuestTools, input: ActionInput): Promise<void> {
  // Whatever an action makes of the globals of these names.
  const [asText, NativeProxy, require] = [String, Proxy, (globalThis as unknown as Members)['require']];
  const empty = (): Members => ({ __proto__: null });
  const updates: { readonly of: string; readonly metadata: Members }[] = [];
  const [accessToken, idToken] = [empty(), empty()];
  const scope = [...input.scope];
  const said: { denial: string | null; wants: 'redirect' | 'multifactor' | null } = { denial: null, wants: null };

  /** A copy: what happens to the object afterwards was not asked for. */
  const copied = (value: unknown) => (tools.fromJson(tools.toJson({ value })) as Members)['value'];

  /** Members of the API; asking for another one fails, where nothing would have happened otherwise. */
  const only = (name: string, members: Members): Members =>
    new NativeProxy(members, {
      get(target, member) {
        if (member in target || member === 'then' || typeof member === 'symbol') return target[member as string];
        throw new TypeError(`${name}.${member} is not in this version`);
      },
    });

  const claimSetter = (claims: Members) => (name: unknown, value: unknown) => {
    claims[asText(name)] = copied(value);
    return api;
  };
  const metadataSetter = (of: string) => (name: unknown, value: unknown) => {
    const metadata = empty();
    metadata[asText(name)] = copied(value) ?? null;
    updates[updates.length] = { of, metadata };
    return api;
  };
  const wanting = (what: 'redirect' | 'multifactor') => () => {
    said.wants ??= what;
    return what === 'redirect' ? '' : api;
  };

  const api: Members = only('api', {
    access: only('api.access', {
      deny(reason: unknown) {
        said.denial ??= reason === undefined ? '' : asText(reason);
        return api;
      },
    }),
    accessToken: only('api.accessToken', {
      setCustomClaim: claimSetter(accessToken),
      addScope(one: unknown) {
        if (!scope.includes(asText(one))) scope[scope.length] = asText(one);
        return api;
      },
      removeScope(one: unknown) {
        const at = scope.indexOf(asText(one));
        if (at >= 0) scope.splice(at, 1);
        return api;
      },
    }),
    idToken: only('api.idToken', { setCustomClaim: claimSetter(idToken) }),
    user: only('api.user', {
      setUserMetadata: metadataSetter('user_metadata'),
      setAppMetadata: metadataSetter('app_metadata'),
    }),
    redirect: only('api.redirect', {
      canRedirect: () => false,
      encodeToken: wanting('redirect'),
      sendUserTo: wanting('redirect'),
    }),
    prompt: only('api.prompt', { render: wanting('redirect') }),
    multifactor: only('api.multifactor', { enable: wanting('multifactor') }),
    authentication: only('api.authentication', {
      challengeWith: wanting('multifactor'),
      challengeWithAny: wanting('multifactor'),
      enrollWith: wanting('multifactor'),
      enrollWithAny: wanting('multifactor'),
    }),
  });

  /** A fresh one for each action, with the metadata that those before it have set. */
  function eventFor(index: number): Members {
    const event = tools.fromJson(input.event) as { [name: string]: unknown; user: Members };
    for (const { of, metadata } of updates) {
      for (const name in metadata) {
        const known = event.user[of] as Members;
        if (metadata[name] === null) delete known[name];
        else known[name] = metadata[name];
      }
    }
    event['secrets'] = input.secrets[index];
    return event;
  }

  async function runAction(index: number): Promise<void> {
    const define = host.load(index) as (exports: unknown, require: unknown, module: unknown) => void;
    const module = { exports: {} as Members };
    define(module.exports, require, module);
    const handler = module.exports['onExecutePostLogin'];
    if (typeof handler !== 'function') throw new TypeError('The action exports no function onExecutePostLogin');
    await (handler as (event: unknown, given: unknown) => unknown)(eventFor(index), api);
  }

  try {
    for (let index = 0; index < input.secrets.length && !said.wants && said.denial === null; index += 1) {
      await runAction(index);
    }
    if (said.denial !== null) return host.finish('denied', tools.toJson({ message: said.denial, updates }));
    accessToken['scope'] = scope;
    const wanted = { redirect: said.wants === 'redirect', multifactor: said.wants === 'multifactor' };
    host.finish('passed', tools.toJson({ accessToken, idToken, ...wanted, updates }));
  } catch (thrown) {
    host.finish('threw', tools.toJson({ message: tools.describe(thrown) }));
  }
}
