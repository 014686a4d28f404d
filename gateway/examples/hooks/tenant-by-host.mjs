/**
 * One graph for several tenants, told apart by the name of the host: `acme.graph.example` becomes
 * `x-tenant: acme`, whatever the client itself says of it. Name the header in `headers.forward`, so that
 * subgraphs see it and no two tenants share calls or cached answers.
 *
 * TENANTS is the list of those that there are, with commas between them.
 *
 * @type {() => import('@plaza/gateway/hooks/gateway-hooks').GatewayHooks}
 */
export default function tenantByHost() {
  const tenants = new Set((process.env.TENANTS ?? '').split(',').filter(Boolean));
  return {
    onRequest: ({ headers }) => {
      const [tenant = ''] = (headers.host ?? '').split('.');
      if (tenants.has(tenant)) return { headers: { 'x-tenant': tenant } };
      throw Object.assign(new Error('There is no graph at this address'), { code: 'FORBIDDEN' });
    },
  };
}
