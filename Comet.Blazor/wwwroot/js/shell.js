// Starts the page's circuit, tells the server that a person is there, and finds the way back when the connection is lost.
(() => {
  const header = { "X-Comet-Page": "1" };
  const signIn = (why) => { location.href = `/sign-in?return=${encodeURIComponent(location.pathname + location.search)}${why ? `&why=${why}` : ""}`; };

  // A person's gestures keep the session alive; the traffic of a live page must not.
  let leaving = false;
  let touched = 0;
  const touch = async () => {
    if (Date.now() - touched < 20000) return;
    touched = Date.now();
    try {
      const answer = await fetch("/session/touch", { method: "POST", headers: header });
      if (answer.status === 401 && !leaving) signIn("idle");
    } catch {
      touched = 0; // no connection: the next gesture tries again
    }
  };
  for (const gesture of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(gesture, touch, { passive: true, capture: true });

  addEventListener("click", (e) => {
    if (e.target.closest?.("[data-skip]")) document.getElementById("main").focus();
    if (e.target.closest?.("[data-reload]")) { e.preventDefault(); location.reload(); }
  });

  // Menus by keyboard: opening moves into the menu, arrows move within it, Escape and Tab lead back to the button.
  const entries = (menu) => [...menu.querySelectorAll("[role^=menuitem]:not(:disabled)")].filter((e) => e.offsetParent);
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((c) => [...c.addedNodes])) {
      const menu = node.nodeType === 1 && node.matches("[data-menu] > [role=menu]") ? node : null;
      if (menu && menu.parentElement.contains(document.activeElement)) entries(menu)[0]?.focus();
    }
  }).observe(document.body, { childList: true, subtree: true });
  addEventListener("keydown", (e) => {
    const menu = e.target.closest?.("[data-menu] > [role=menu]");
    if (!menu) return;
    const all = entries(menu);
    const to = { ArrowDown: all.indexOf(e.target) + 1, ArrowUp: all.indexOf(e.target) - 1 + all.length, Home: 0, End: all.length - 1 }[e.key];
    if (to !== undefined) { e.preventDefault(); all[to % all.length].focus(); }
    if (e.key === "Escape" || e.key === "Tab") {
      const button = menu.parentElement.querySelector("[aria-haspopup=menu]");
      if (e.key === "Tab") button.click();
      button.focus();
    }
  });

  const banner = document.getElementById("connection");
  const clock = (date) => date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const pause = (ms) => new Promise((done) => {
    const awake = () => { if (!document.hidden) { clearTimeout(timer); document.removeEventListener("visibilitychange", awake); done(); } };
    const timer = setTimeout(() => { document.removeEventListener("visibilitychange", awake); done(); }, ms);
    document.addEventListener("visibilitychange", awake);
  });
  const serverIsReady = async () => {
    try {
      const answer = await fetch("/session/ready", { cache: "no-store" });
      return answer.ok && (await answer.text()) === "ready";
    } catch {
      return false;
    }
  };

  let lost = null;
  const down = async () => {
    if (lost) return;
    lost = new Date();
    document.documentElement.dataset.lost = "";
    banner.querySelector("[data-text]").textContent = `Connection to the server lost. Data from ${clock(lost)}. Reconnecting…`;
    banner.hidden = false;
    for (let wait = 300; lost; wait = Math.min(wait * 1.6, 5000)) {
      try {
        if (await Blazor.reconnect()) { up(); return; }
        if (await serverIsReady()) { location.reload(); return; } // it came back without our circuit
      } catch {
        // not there yet
      }
      await pause(wait);
    }
  };
  const up = () => {
    lost = null;
    delete document.documentElement.dataset.lost;
    banner.hidden = true;
  };

  Object.assign(comet, {
    start(layout) {
      new BroadcastChannel("comet-session").postMessage("in"); // tabs that wait on the sign-in page come back too
      addEventListener("comet-dark", (e) => layout.invokeMethodAsync("DarkChanged", e.detail));
      return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
    },
    setTheme: (choice) => comet.chooseTheme(choice),
    // Who signs out here goes to the sign-in page without a reason, whatever the page hears of the session's end meanwhile.
    leave(address) { if (!leaving) location.assign(address); },
    // Answers at once: the server must not wait for a page that leaves.
    signOut() {
      leaving = true;
      fetch("/session/end", { method: "POST", headers: header }).finally(() => { location.href = "/sign-in"; });
    },
  });

  Blazor.start({ circuit: { reconnectionHandler: { onConnectionDown: down, onConnectionUp: up } } });
})();
