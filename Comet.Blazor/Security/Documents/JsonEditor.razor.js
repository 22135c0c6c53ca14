// Answers what stands in the field, as bytes, which travel in pieces.
export const text = (field) => new TextEncoder().encode(field.value);

// Keeps the numbers beside the lines in step with the field.
export const number = (field, lines) => {
  if (!field || !lines) return; // the page was left before this script was there
  const write = () => {
    const count = field.value.split("\n").length;
    if (+lines.dataset.count !== count) {
      lines.dataset.count = count;
      lines.textContent = Array.from({ length: count }, (_, i) => i + 1).join("\n");
    }
  };
  const follow = () => { lines.scrollTop = field.scrollTop; };
  field.addEventListener("input", write);
  field.addEventListener("scroll", follow, { passive: true });
  write();
  follow();
};

// Marks a place, from 1.
export const show = (field, line, column) => {
  const all = field.value.split("\n");
  const start = all.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const at = Math.min(start + Math.max(column - 1, 0), start + (all[line - 1] ?? "").length);
  field.focus();
  field.setSelectionRange(at, Math.min(at + 1, field.value.length));
  field.scrollTop = Math.max(0, (line - 6) * parseFloat(getComputedStyle(field).lineHeight));
};

export const copy = async (field) => {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select(); // without https the browser keeps its clipboard: what is selected can be copied by hand
    return false;
  }
};
