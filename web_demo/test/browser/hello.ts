/** When what is said in `sample/hello.wav`: the phones of flite (`flite -voice slt -psdur`), and 0.1 s of silence before. */

/** The middle of every P, B and M, in seconds. */
export const CLOSURES_S = [1.275, 3.15, 3.3, 3.725, 4.28, 4.71, 5.325, 6.22, 6.67, 7.82, 8.665, 9.23, 9.48] as const;
/** The middle of the stressed wide vowels of follows, five, brave, foxes, watch, my, mouth. */
export const VOWELS_S = [2.13, 6.53, 6.8, 7.09, 9.01, 9.35, 9.61] as const;
/** When the last sound ends. */
export const END_S = 10.34;
/** Before the first sound. */
export const SILENT_S = 0.05;
