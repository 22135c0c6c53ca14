// The keys of a tree: up and down from row to row, right opens, left closes or goes to the folder above.
export function mount(root) {
  root ??= document.createElement('div'); // the page was left before this script was there
  const rows = () => [...root.querySelectorAll('.files-row')];
  const focus = row => row?.querySelector('input').focus();
  const keys = event => {
    const row = event.target.closest('.files-row');
    if (!row || event.altKey || event.ctrlKey || event.metaKey) { return; }
    const all = rows(), at = all.indexOf(row), open = row.querySelector('.files-open'), expanded = open?.getAttribute('aria-expanded') === 'true';
    if (event.key === 'ArrowDown') { focus(all[at + 1]); }
    else if (event.key === 'ArrowUp') { focus(all[at - 1]); }
    else if (event.key === 'Home') { focus(all[0]); }
    else if (event.key === 'End') { focus(all[all.length - 1]); }
    else if (event.key === 'ArrowRight') { if (open && !expanded) { open.click(); } else { focus(all[at + 1]); } }
    else if (event.key === 'ArrowLeft') { if (expanded) { open.click(); } else { focus(row.closest('ul').closest('li')?.querySelector('.files-row')); } }
    else { return; }
    event.preventDefault();
  };
  root.addEventListener('keydown', keys);
  return {
    mark: () => root.querySelectorAll('.files-row input').forEach(box => { box.indeterminate = box.hasAttribute('data-mixed'); }),
    dispose: () => root.removeEventListener('keydown', keys),
  };
}
