import test from 'ava';
import { toAuditRow } from './audit-row.ts';

const change = {
  actor: { userId: null, requestId: 'job: expiry' },
  at: new Date('2026-01-02T03:04:05.678Z'),
  action: 'order.cancelled',
  entityType: 'Order',
  entityId: 'order-1',
};

test('an audit row says who did what, with dates as text and nothing undefined', (t) => {
  const before = { paidAt: change.at, sellerId: undefined, buyerId: null };
  const { id, ...row } = toAuditRow({ ...change, before });
  t.regex(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  t.deepEqual(row, {
    actorId: null,
    requestId: 'job: expiry',
    createdAt: change.at,
    action: 'order.cancelled',
    entityType: 'Order',
    entityId: 'order-1',
    before: { paidAt: '2026-01-02T03:04:05.678Z', buyerId: null },
  });
});
