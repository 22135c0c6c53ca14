// The security key as second step: asks the browser for its answer and hands it to the server.
import { ask, post } from "./security-keys.js";

const button = document.querySelector("[data-use-key]");
const state = document.getElementById("key-state");
const say = (text, wrong) => { state.textContent = text; state.hidden = !text; state.classList.toggle("note-error", !!wrong); };
const words = {
  NotAllowedError: "The security key did not answer, or the request was cancelled. Try again.",
  SecurityError: "The browser does not allow security keys at this address.",
  InvalidStateError: "This security key is not registered here.",
  TypeError: "The server could not be reached, or this browser offers no security keys. Try again.",
};
const run = async () => {
  button.disabled = true;
  say("Waiting for your security key…");
  try {
    const asked = await post("/sign-in/key/options");
    if (!asked.ok) { say(await asked.text(), true); return; }
    const { id, options } = await asked.json();
    const checked = await post("/sign-in/key", { challengeId: id, credential: await ask(options) });
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
