/** A key-value service under load on loopback: bench/programs/record/service, and load beside it. */
import type { Kind } from "./builds.js";
import { Series } from "../turns/series.js";
import { withPrograms, type Recorded } from "./session.js";
import { TurnTaker, type Memory, type Turn } from "../turns/turn-taker.js";

const connections = 8;
const requests = 2000;

/** What a service's turns cost: its own CPU time, and the time that the load took. */
export interface ServiceResult {
  readonly series: Series;
  readonly recorded: (Recorded | undefined)[];
  /** Memory after all turns, by kind. */
  readonly memory: ReadonlyMap<Kind, Memory>;
}

/** Measures the service. The load comes from a plain program, in turn to the service of each kind. */
export async function measureService(
  binaries: Readonly<Record<Kind, string>>,
  loadBinary: string,
  plan: { readonly kinds: readonly Kind[]; readonly sessions: number; readonly turns: number },
): Promise<ServiceResult> {
  const series = new Series("service");
  const recorded: (Recorded | undefined)[] = [];
  const memory = new Map<Kind, Memory>();
  const load = new TurnTaker("plain", loadBinary, []);
  try {
    for (let session = 0; session < plan.sessions; session++) {
      const work = async (services: readonly TurnTaker<Kind>[]) => {
        const running = await Promise.all(
          services.map(async (service) => ({ kind: service.kind, service, address: await service.line() })),
        );
        for (let turn = -2; turn < plan.turns; turn++) {
          const command = `${connections} ${requests} ${turn + 100}`;
          const one = async ({ service, address }: { service: TurnTaker; address: string }) =>
            burst(service, load, `${address} ${command}`);
          if (turn < 0) {
            await new Series("warming up").add(running, one);
          } else {
            await series.add(running, one);
          }
        }
        for (const service of services) {
          memory.set(service.kind, service.memory());
        }
      };
      recorded.push(await withPrograms(binaries, plan.kinds, [], work));
    }
  } finally {
    await load.stop();
  }
  return { series, recorded, memory };
}

/** Some requests, and the service's CPU time for them. */
async function burst(service: TurnTaker, load: TurnTaker, command: string): Promise<Turn> {
  const cpu = async () => Number((await service.ask("")).split(" ")[1]);
  const before = await cpu();
  const turn = await load.turn(command);
  return { ...turn, cpu: (await cpu()) - before };
}
