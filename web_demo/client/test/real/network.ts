/** A network between client and server that breaks. */

import { connect as connectTo, createServer, type Server, type Socket } from "node:net";

/** Passes bytes on, and cuts each connection after so many of them. */
export class BadNetwork {
  connections = 0;
  readonly #cuts: number[];
  readonly #target: number;
  readonly #server: Server;

  private constructor(target: number, cuts: number[]) {
    this.#target = target;
    this.#cuts = cuts;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start(target: number, cuts: number[]): Promise<BadNetwork> {
    const network = new BadNetwork(target, cuts);
    await new Promise<void>((resolve) => network.#server.listen(0, "127.0.0.1", resolve));
    return network;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #accept(near: Socket): void {
    let left = this.#cuts[this.connections++] ?? Infinity;
    const far = connectTo(this.#target, "127.0.0.1");
    const end = () => [near, far].forEach((socket) => socket.destroy());
    const pass = (to: Socket) => (data: Buffer) => {
      to.write(data.subarray(0, left));
      left -= data.length;
      if (left <= 0) end();
    };
    near.on("data", pass(far)).on("close", end).on("error", end);
    far.on("data", pass(near)).on("close", end).on("error", end);
  }
}
