// The browser's part of the standard table. Everything that needs no answer of the server happens here.
const mounted = [];
const editable = 'input:not([type=checkbox]), select, textarea, [contenteditable=true]';

/** Attaches the script to the root element of one table. */
export function mount(root) {
  root ??= document.createElement('div'); // the page was left before this script was there
  let pointer = null;   // where the menu was asked for by a right click
  let opener = null;    // what gets the focus back when the menu closes
  let index = 0;        // the focused row
  const scroll = () => root.querySelector('.ct-scroll');
  const rows = () => [...root.querySelectorAll('tbody:not(.ct-skeleton) > tr:not(.ct-detail)')];

  /** Exactly one row can be reached with Tab. */
  function rove(to, focus) {
    const all = rows();
    if (all.length === 0) return;
    index = Math.max(0, Math.min(to, all.length - 1));
    all.forEach((row, i) => { const tab = i === index ? '0' : '-1'; if (row.getAttribute('tabindex') !== tab) row.setAttribute('tabindex', tab); });
    if (focus) { all[index].focus(); all[index].scrollIntoView({ block: 'nearest' }); }
  }

  /** A table wider than its place scrolls in a box of its own; else head and foot stick to the window. */
  function measure() {
    const box = scroll(), table = box?.querySelector('table');
    if (table) box.classList.toggle('ct-wide', table.scrollWidth > box.clientWidth + 1);
  }

  function place(pop, anchor, alignEnd) {
    const box = pop.getBoundingClientRect(), gap = 4;
    let left = alignEnd ? anchor.right - box.width : anchor.left, top = anchor.bottom + gap;
    if (top + box.height > innerHeight - gap) top = Math.max(gap, anchor.top - box.height - gap);
    left = Math.max(gap, Math.min(left, innerWidth - box.width - gap));
    pop.style.left = left + 'px';
    pop.style.top = top + 'px';
  }

  const items = pop => [...pop.querySelectorAll('[role=menuitem]')];

  function onToggle(e) {
    const pop = e.target;
    if (!(pop instanceof HTMLElement) || !pop.matches('.ct-pop')) return;
    if (e.newState === 'open') {
      const button = pop.classList.contains('ct-rowmenu') ? null : root.querySelector(`[popovertarget="${pop.id}"]`);
      if (button) { opener = button; place(pop, button.getBoundingClientRect(), true); (items(pop)[0] ?? pop.querySelector('input:not(:disabled)'))?.focus(); }
    } else {
      root.querySelector('tr[data-menu]')?.removeAttribute('data-menu');
      if (!opener || !(document.activeElement === document.body || pop.contains(document.activeElement))) return;
      opener.focus();
    }
  }

  function onMenuKey(e, pop) {
    const all = items(pop), at = all.indexOf(document.activeElement);
    const to = { ArrowDown: (at + 1) % all.length, ArrowUp: (at - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[e.key];
    if (to !== undefined) { all[to]?.focus(); e.preventDefault(); }
    else if (e.key === 'Tab') { pop.hidePopover(); e.preventDefault(); }
    else if (e.key.length === 1 && e.key !== ' ' && !e.ctrlKey && !e.metaKey) {
      const next = [...all.slice(at + 1), ...all.slice(0, at + 1)].find(i => i.textContent.trim().toLowerCase().startsWith(e.key.toLowerCase()));
      if (next) { next.focus(); e.preventDefault(); }
    }
  }

  function onKey(e) {
    const pop = e.target.closest('.ct-pop');
    if (pop) { if (pop.getAttribute('role') === 'menu') onMenuKey(e, pop); return; }
    if (e.target.matches('.ct-filter')) {
      if (e.key !== 'Escape') return;
      e.preventDefault();
      if (e.target.value) { e.target.value = ''; e.target.dispatchEvent(new Event('input', { bubbles: true })); } else rove(index, true);
    }
  }

  /** Keys of the focused row; the first table of the page also takes j, k and arrows when nothing is focused. */
  function rowKey(e) {
    const row = e.target.closest?.('tbody > tr');
    const mine = row && root.contains(row);
    if (!mine && e.target !== document.body) return false;
    const to = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[e.key];
    if (to && (mine || e.key.length === 1)) { rove(mine ? index + to : index, true); return true; }
    if (!mine) return false;
    if (e.key === 'Home' || e.key === 'End') { rove(e.key === 'Home' ? 0 : rows().length - 1, true); return true; }
    if (e.key === 'Enter' && e.target === row) { open(row); return true; }
    if (e.key === 'm' || e.key === 'ContextMenu') { const dots = row.querySelector('.ct-dots'); if (dots) { opener = row; dots.click(); } return !!dots; }
    if (e.key === 'x' || (e.key === ' ' && e.target === row)) { const tick = row.querySelector('.ct-tick input'); tick?.click(); return !!tick; }
    return false;
  }

  function open(row) {
    const link = row.querySelector('.ct-name a');
    if (link) link.click();
    else if (row.dataset.href) Blazor.navigateTo(row.dataset.href);
  }

  function onClick(e) {
    const item = e.target.closest('.ct-pop [role=menuitem]');
    if (item) { if (item.getAttribute('aria-disabled') !== 'true') item.closest('.ct-pop').hidePopover(); return; }
    const row = e.target.closest('tbody > tr');
    if (!row) return;
    const dots = e.target.closest('.ct-dots');
    if (dots) { if (e.isTrusted) { opener = dots; pointer = null; } return; }
    // On a phone the whole card opens.
    if (matchMedia('(max-width: 599.98px)').matches && !e.target.closest('a, button, input, label') && !String(getSelection())) open(row);
  }

  function onContext(e) {
    const row = e.target.closest('tbody > tr'), dots = row?.querySelector('.ct-dots');
    if (!dots || e.shiftKey || String(getSelection())) return; // Shift: the browser's own menu; a selection: to copy it
    e.preventDefault();
    pointer = { left: e.clientX, right: e.clientX, top: e.clientY, bottom: e.clientY - 4 };
    opener = row;
    dots.click();
  }

  function onFocus(e) {
    const row = e.target.closest('tbody > tr');
    if (row) { const at = rows().indexOf(row); if (at >= 0) rove(at, false); }
  }

  /** A text that is cut gets itself as its tooltip. */
  function onOver(e) {
    const cell = e.target.closest?.('tbody td, tbody th');
    if (!cell || (cell.title && !cell.dataset.cut)) return;
    const cut = cell.scrollWidth > cell.clientWidth;
    if (cut) { cell.title = cell.innerText; cell.dataset.cut = '1'; } else if (cell.dataset.cut) { cell.removeAttribute('title'); delete cell.dataset.cut; }
  }

  /** Cells with markup of their own can't mark what the filter found; the browser highlights it there. */
  function highlight() {
    if (!globalThis.Highlight) return;
    const words = (root.dataset.words ?? '').toLowerCase().split('\n').filter(w => w), ranges = [];
    for (const cell of words.length === 0 ? [] : root.querySelectorAll('tbody > tr > :not(.ct-tick, .ct-menu)')) {
      if (cell.querySelector('mark')) continue;
      const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        const text = node.data.toLowerCase();
        if (text.length !== node.length) continue; // a letter whose small form is longer
        for (const word of words) for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + word.length);
          ranges.push(range);
        }
      }
    }
    marks.clear();
    for (const range of ranges) marks.add(range);
    const all = mounted.flatMap(t => [...t.marks]);
    if (all.length > 0) CSS.highlights.set('comet-filter', new Highlight(...all)); else CSS.highlights.delete('comet-filter');
  }

  function settle() {
    highlight();
    for (const box of root.querySelectorAll('input[type=checkbox][data-mixed], thead .ct-tick input')) box.indeterminate = box.dataset.mixed === 'yes';
    if (rows().length > 0 && !rows().some(r => r.getAttribute('tabindex') === '0')) rove(Math.min(index, rows().length - 1), false);
    const box = scroll();
    if (box && box !== watched) { if (watched) sizes.disconnect(); watched = box; sizes.observe(box); const table = box.querySelector('table'); if (table) sizes.observe(table); }
  }

  const marks = new Set();
  let watched = null;
  const sizes = new ResizeObserver(measure);
  const changes = new MutationObserver(settle);
  const listeners = [['toggle', onToggle, true], ['keydown', onKey], ['click', onClick], ['contextmenu', onContext], ['focusin', onFocus], ['pointerover', onOver]];
  for (const [name, handler, capture] of listeners) root.addEventListener(name, handler, !!capture);
  changes.observe(root, { childList: true, characterData: true, subtree: true, attributes: true, attributeFilter: ['data-mixed', 'data-words'] });

  const self = {
    root,
    marks,
    rowKey,
    openMenu() {
      const pop = root.querySelector('.ct-rowmenu');
      if (!pop || items(pop).length === 0) { pointer = null; return; }
      const anchor = pointer ?? (opener?.matches('tr') ? opener.querySelector('.ct-dots') : opener)?.getBoundingClientRect();
      opener?.focus();
      opener?.closest('tr')?.setAttribute('data-menu', 'open');
      if (!pop.matches(':popover-open')) pop.showPopover();
      place(pop, anchor, !pointer);
      pointer = null;
      items(pop)[0].focus();
    },
    focusColumn(key) { root.querySelector(`.ct-columns li[data-column="${CSS.escape(key)}"] input`)?.focus(); },
    async copy(content) {
      const text = new TextDecoder().decode(await content.arrayBuffer());
      try { await navigator.clipboard.writeText(text); return true; } catch { return copyBySelection(text); }
    },
    async download(name, type, content) {
      const blob = await new Response(await content.stream(), { headers: { 'Content-Type': type } }).blob();
      const link = document.createElement('a');
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    },
    dispose() {
      for (const [name, handler, capture] of listeners) root.removeEventListener(name, handler, !!capture);
      changes.disconnect();
      sizes.disconnect();
      mounted.splice(mounted.indexOf(self), 1);
    }
  };
  mounted.push(self);
  settle();
  return self;
}

/** For browsers without a clipboard for this page (no HTTPS, no permission). */
function copyBySelection(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  document.body.append(area);
  area.select();
  try { return document.execCommand('copy'); } finally { area.remove(); }
}

document.addEventListener('keydown', e => {
  if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || e.target.matches?.(editable) || document.querySelector('.mud-dialog-container, dialog[open]') || e.target.closest?.('.ct-pop')) return;
  const visible = mounted.filter(t => t.root.isConnected && t.root.offsetParent !== null);
  if (e.key === '/') {
    const own = e.target.closest?.('.ct');
    const field = (own ?? visible[0]?.root)?.querySelector('.ct-filter');
    if (field) { field.focus(); field.select(); e.preventDefault(); }
    return;
  }
  if (visible.some(t => t.rowKey(e))) e.preventDefault();
});
