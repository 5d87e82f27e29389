/** What of an avatar follows which weight. */

/** One shape of the avatar and what drives it. */
export interface Pair {
  /** As the avatar calls it. */
  readonly shape: string;
  /** The weight or viseme that it follows. */
  readonly follows: string;
}

/** How well an avatar fits, for people to read. */
export interface Match {
  readonly kind: string;
  readonly pairs: readonly Pair[];
  /** Weights that move nothing. */
  readonly gaps: readonly string[];
  /** Shapes of the avatar that nothing moves. */
  readonly unused: readonly string[];
  readonly head: string | undefined;
}
