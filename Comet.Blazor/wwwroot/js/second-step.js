// The security key as second step: asks the browser for its answer and hands it to the server.
(() => {
  const button = document.querySelector("[data-use-key]");
  const state = document.getElementById("key-state");
  const say = (text, wrong) => { state.textContent = text; state.hidden = !text; state.classList.toggle("note-error", !!wrong); };
  const post = (path, body) => fetch(path, { method: "POST", headers: { "X-Comet-Page": "1", "Content-Type": "application/json" }, body });
  const words = {
    NotAllowedError: "The security key did not answer, or the request was cancelled. Try again.",
    SecurityError: "The browser does not allow security keys at this address.",
    InvalidStateError: "This security key is not registered here.",
  };
  // The server writes byte strings in base64, the browser reads base64url.
  const url = (text) => text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const readable = (options) => ({ ...options, challenge: url(options.challenge), allowCredentials: (options.allowCredentials ?? []).map((c) => ({ ...c, id: url(c.id) })) });
  const run = async () => {
    button.disabled = true;
    say("Waiting for your security key…");
    try {
      const asked = await post("/sign-in/key/options");
      if (!asked.ok) { say(await asked.text(), true); return; }
      const challenge = await asked.json();
      const answer = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(readable(challenge.options)) });
      const credential = { ...answer.toJSON(), clientExtensionResults: answer.getClientExtensionResults() };
      const checked = await post("/sign-in/key", JSON.stringify({ challengeId: challenge.id, credential: JSON.stringify(credential) }));
      if (!checked.ok) { say(await checked.text(), true); return; }
      location.replace((await checked.json()).to);
    } catch (e) {
      say(words[e.name] ?? `The security key could not be used (${e.name}). Try again.`, true);
    } finally {
      button.disabled = false;
    }
  };
  button.addEventListener("click", run);
  run(); // browsers that demand a gesture refuse this one and the button is there
})();
