import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { forgetUnsaved, hasUnsaved } from './unsaved.ts';

const t = texts.unsaved;

/** Asks whether unsaved changes may be lost, if there are any. Returns true when the page may be left. */
export async function mayLeave(): Promise<boolean> {
  if (!hasUnsaved()) return true;
  const isLeaving = await confirm({ title: t.title, text: [t.text], yes: t.leave, no: t.stay, isDangerous: true });
  if (isLeaving) forgetUnsaved();
  return isLeaving;
}
