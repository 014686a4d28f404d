/**
 * The parts of the graph that clients see, by the `@tag`s of the subgraphs' schemas: `partner` on what
 * partners need, `internal` on what only staff does. `npm run compose` publishes them in
 * schema/contracts/.
 */
export const contracts = {
  /** The catalogue and its live seats, with an API key that is for it. */
  partner: { include: ['partner'], exclude: ['internal'], clients: 'apiKeys' as const },
  /** What the apps of customers may ask for. */
  mobile: { exclude: ['internal'] },
  /** All of it, for the tools of staff. */
  internal: {},
};
