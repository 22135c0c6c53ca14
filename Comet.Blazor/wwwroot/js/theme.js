// Runs before the first paint: the theme of the page, from the viewer's choice or the computer's. The cookies tell the server.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const keep = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`; };
  const choice = () => (/(?:^|; )comet-theme=(light|dark)/.exec(document.cookie) ?? [])[1] ?? "system";
  const apply = () => {
    const dark = choice() === "dark" || (choice() === "system" && system.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    keep("comet-dark", dark ? 1 : 0);
    return dark;
  };
  apply();
  system.addEventListener("change", () => dispatchEvent(new CustomEvent("comet-dark", { detail: apply() })));
  globalThis.comet = { apply, chooseTheme: (value) => { keep("comet-theme", value); return apply(); } };
})();
