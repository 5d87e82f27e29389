/** What the tests use of Khronos' validator, which ships no types. */
declare module "gltf-validator" {
  export interface Report {
    readonly issues: {
      readonly numErrors: number;
      readonly messages: readonly { readonly code: string; readonly message: string; readonly severity: number }[];
    };
  }
  export function validateBytes(bytes: Uint8Array): Promise<Report>;
}
