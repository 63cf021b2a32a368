// What a gate found: passed or not, and in words why.
export type Gate = {
  readonly name: string;
  readonly isPassed: boolean;
  /** It could not be asked, and the words say why. */
  readonly isSkipped?: boolean;
  readonly words: string;
};
