// Show the password, and say when caps lock is on.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.setAttribute("aria-label", shown ? "Show password" : "Hide password");
    field.focus();
  });
  const caps = document.getElementById("caps");
  field.addEventListener("keyup", (e) => { caps.hidden = !e.getModifierState?.("CapsLock"); });
}

// A wait is counted down; sign in when it is over.
for (const note of document.querySelectorAll("[data-wait]")) {
  const buttons = document.querySelectorAll("button.btn-filled");
  const ends = Date.now() + 1000 * Number(/\d+/.exec(note.textContent)?.[0] ?? 0);
  const tick = () => {
    const left = Math.ceil((ends - Date.now()) / 1000);
    note.textContent = left > 0 ? note.textContent.replace(/\d+ seconds?/, `${left} second${left === 1 ? "" : "s"}`) : "You can try again now.";
    for (const button of buttons) button.disabled = left > 0;
    if (left > 0) setTimeout(tick, 250);
  };
  tick();
}

// A code of six digits is sent with the sixth.
for (const field of document.querySelectorAll("[data-submit-at]")) {
  field.addEventListener("input", () => {
    if (field.value.replace(/\s/g, "").length === Number(field.dataset.submitAt)) field.form.requestSubmit();
  });
}

// Enter after the sixth digit would send the same code again, and it is accepted once only.
for (const form of document.forms) {
  let sent = -Infinity;
  form.addEventListener("submit", (e) => {
    if (e.timeStamp - sent < 3000) e.preventDefault();
    else sent = e.timeStamp;
  });
}

// Signed in in another tab: this one goes back to its place, unless somebody is typing here.
new BroadcastChannel("comet-session").addEventListener("message", () => {
  const typed = [...document.querySelectorAll("input:not([type=hidden])")].some((field) => field.value);
  if (!typed && location.pathname === "/sign-in") location.reload();
});
