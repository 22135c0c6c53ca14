// Security keys in the browser: reads the server's questions, asks the key, writes its answer. For the dialog of My Account and the second step of signing in.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const listed = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));

/** Asks the server as a page of its own. */
export const post = (path, body) => fetch(path, { method: "POST", headers: { "X-Comet-Page": "1", "Content-Type": "application/json" }, body: body && JSON.stringify(body) });

/** False where browsers offer no keys. */
export const supported = () => Boolean(window.isSecureContext && window.PublicKeyCredential && navigator.credentials);

/** Makes a new key; answers its credential as JSON. */
export async function create(options, signal) {
  const made = await navigator.credentials.create({
    signal,
    publicKey: { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: listed(options.excludeCredentials) },
  });
  return credential(made, { attestationObject: text(made.response.attestationObject), transports: made.response.getTransports?.() ?? [] });
}

/** Asks one of the registered keys; answers its credential as JSON. */
export async function ask(options, signal) {
  const given = await navigator.credentials.get({ signal, publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) } });
  const { authenticatorData, signature, userHandle } = given.response;
  return credential(given, { authenticatorData: text(authenticatorData), signature: text(signature), ...(userHandle?.byteLength ? { userHandle: text(userHandle) } : {}) });
}

function credential(key, response) {
  return JSON.stringify({
    id: key.id, rawId: text(key.rawId), type: key.type, authenticatorAttachment: key.authenticatorAttachment ?? null,
    clientExtensionResults: key.getClientExtensionResults(), response: { clientDataJSON: text(key.response.clientDataJSON), ...response },
  });
}

/** Attaches the dialog that registers a key: the browser wants to be asked in the moment of the click, so the click does not go over the server. */
export function mount(form, dialog) {
  let stop;
  const words = (error, late) => ({
    InvalidStateError: "This security key is registered already. Use another one.",
    NotAllowedError: late ? "The time was over before the security key answered. Try again." : "The request was cancelled, or the security key refused it. Try again.",
    NotSupportedError: "This security key is of a kind that can't be used here. Use another one.",
    ConstraintError: "This security key can't do what is needed. Use another one.",
    SecurityError: "The browser does not allow security keys at this address.",
    TypeError: "The server could not be reached. Try again.",
  })[error.name] ?? `The security key could not be used (${error.name}). Try again.`;

  const register = async () => {
    stop = new AbortController();
    const { signal } = stop;
    let ends;
    try {
      if (!supported()) {
        return await dialog.invokeMethodAsync("Failed", "This browser offers no security keys at this address.");
      }

      await dialog.invokeMethodAsync("Waiting");
      const asked = await post("/account/keys/options");
      if (!asked.ok) {
        return await dialog.invokeMethodAsync("Failed", await asked.text());
      }

      const { id, options } = await asked.json();
      ends = performance.now() + options.timeout - 1000;
      const answer = await create(options, signal);
      const kept = await post("/account/keys", { challengeId: id, credential: answer, description: form.elements.description.value });
      await (kept.ok ? dialog.invokeMethodAsync("Registered", (await kept.json()).description) : dialog.invokeMethodAsync("Failed", await kept.text()));
    } catch (error) {
      if (!signal.aborted) {
        await dialog.invokeMethodAsync("Failed", words(error, performance.now() > ends));
      }
    }
  };

  const submitted = (e) => {
    e.preventDefault();
    stop?.abort();
    register();
  };
  form.addEventListener("submit", submitted);
  return {
    dispose() {
      stop?.abort();
      form.removeEventListener("submit", submitted);
    },
  };
}
