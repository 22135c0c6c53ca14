// Answers what stands in the field, as bytes, which travel in pieces.
export const text = (field) => new TextEncoder().encode(field.value);
