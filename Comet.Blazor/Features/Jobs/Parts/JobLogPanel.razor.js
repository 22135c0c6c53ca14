// Tells when the reader leaves the newest line of a log, and brings it back into view.
export function mount(box, panel) {
  box ??= document.createElement('div'); // the page was left before this script was there
  const near = () => box.scrollHeight - box.scrollTop - box.clientHeight < 24;
  let atEnd = true, ours = 0;
  const onScroll = () => {
    if (performance.now() < ours) return; // our own scrolling is no gesture
    if (near() !== atEnd) { atEnd = !atEnd; panel.invokeMethodAsync('ScrolledAsync', atEnd); }
  };
  box.addEventListener('scroll', onScroll, { passive: true });
  return {
    toEnd() { ours = performance.now() + 100; atEnd = true; box.scrollTop = box.scrollHeight; },
    dispose() { box.removeEventListener('scroll', onScroll); },
  };
}

export async function copy(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch { return false; }
}
