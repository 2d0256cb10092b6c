const MAX_CHARS = 512;

/**
 * Takes out of LinkedIn's text what may be somebody's: its messages echo the values that it refuses.
 *
 * What we need of them stays: paths, reasons, codes and short numbers.
 */
export function redact(text: string): string {
  return (
    text
      .replaceAll(/[^\s"'<>,;]+@[^\s"'<>,;]+/g, '<e-mail>')
      .replaceAll(/\b[0-9a-f]{32,}\b/gi, '<hash>')
      .replaceAll(/\b\d{1,3}(\.\d{1,3}){3}\b/g, '<ip>')
      .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '<id>')
      .replaceAll(/\b(AQ[A-Za-z0-9_-]{8,}|tok-[\w-]+)/g, '<token>')
      // A value in quotes is one of ours; the names of fields and symbols are short and have no spaces.
      .replaceAll(/"([^"\n]*)"(?=\s*(is not an enum symbol|cannot be coerced|$))/gm, (whole, value: string) =>
        /^[A-Z_]{1,64}$/.test(value) ? whole : '"<value>"',
      )
      .replaceAll(/:: \S+ cannot be coerced/g, ':: <value> cannot be coerced')
      .slice(0, MAX_CHARS)
  );
}
