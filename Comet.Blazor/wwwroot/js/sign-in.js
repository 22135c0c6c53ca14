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
