import type { Registry } from 'prom-client';
import { Counter, Gauge } from 'prom-client';
import type { TrafficCounts } from '../subgraph-fetch/traffic-counts.ts';

const breakerValues = { closed: 0, 'half-open': 1, open: 2 } as const;

const totals = {
  plaza_subgraph_retries_total: {
    help: 'Further attempts of calls that had no answer.',
    read: (counts: TrafficCounts) => counts.retries,
  },
  plaza_subgraph_retries_refused_total: {
    help: 'Further attempts that the retry budget did not allow.',
    read: (counts: TrafficCounts) => counts.retriesRefused,
  },
  plaza_subgraph_hedges_total: {
    help: 'Queries of which a second replica was asked.',
    read: (counts: TrafficCounts) => counts.hedges,
  },
  plaza_subgraph_hedges_won_total: {
    help: 'Queries that the second replica was the first to answer.',
    read: (counts: TrafficCounts) => counts.hedgesWon,
  },
  plaza_subgraph_ejections_total: {
    help: 'How often a replica was left out for a time.',
    read: (counts: TrafficCounts) => counts.ejections,
  },
  plaza_subgraph_breaker_openings_total: {
    help: 'How often the circuit breaker has opened.',
    read: (counts: TrafficCounts) => counts.breakerOpenings,
  },
};

const gauges = {
  plaza_subgraph_breaker_state: {
    help: 'The circuit breaker: 0 closed, 1 half open, 2 open.',
    read: (counts: TrafficCounts) => breakerValues[counts.breakerState()],
  },
  plaza_subgraph_replicas: {
    help: 'Replicas that are known.',
    read: (counts: TrafficCounts) => counts.replicas().count,
  },
  plaza_subgraph_replicas_ejected: {
    help: 'Those of them that are left out now.',
    read: (counts: TrafficCounts) => counts.replicas().ejected,
  },
};

/** Metrics of the calls to subgraphs, read when they are asked for. */
export function registerSubgraphMetrics(
  registry: Registry,
  traffic: ReadonlyMap<string, TrafficCounts>,
): void {
  const registers = [registry];
  new Counter({
    name: 'plaza_subgraph_calls_total',
    help: 'Calls to subgraphs with all their attempts, by how they ended.',
    labelNames: ['subgraph', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const [subgraph, { calls }] of traffic) {
        for (const [outcome, amount] of Object.entries(calls)) {
          this.inc({ subgraph, outcome }, amount);
        }
      }
    },
  });
  for (const [name, { help, read }] of Object.entries(totals)) {
    new Counter({
      name,
      help,
      labelNames: ['subgraph'],
      registers,
      collect() {
        this.reset();
        for (const [subgraph, counts] of traffic) this.inc({ subgraph }, read(counts));
      },
    });
  }
  registerGauges(registers, traffic);
}

function registerGauges(registers: Registry[], traffic: ReadonlyMap<string, TrafficCounts>): void {
  for (const [name, { help, read }] of Object.entries(gauges)) {
    new Gauge({
      name,
      help,
      labelNames: ['subgraph'],
      registers,
      collect() {
        for (const [subgraph, counts] of traffic) this.set({ subgraph }, read(counts));
      },
    });
  }
}
