/** The bundled clips. */

export interface Sample {
  readonly file: string;
  readonly title: string;
  readonly text: string;
}

/** What the server has to play; nothing if it has no clips. */
export async function listSamples(): Promise<readonly Sample[]> {
  const answer = await fetch("sample/samples.json");
  return answer.ok ? ((await answer.json()) as Sample[]) : [];
}

export async function fetchSample({ file }: Sample): Promise<ArrayBuffer> {
  const answer = await fetch(`sample/${file}`);
  if (!answer.ok) throw new Error(`The clip ${file} is not there (${answer.status}): start the server anew.`);
  return answer.arrayBuffer();
}
