/** The client of an a2f-live server. */

export const PROTOCOL = "a2f.v1";
