/** What two spellings of a name differ in, as the end of a sentence. */
export const spellings = {
  case: 'capital letters',
  spaces: 'spaces',
  both: 'capital letters and spaces',
  spelling: 'spelling',
} as const;
