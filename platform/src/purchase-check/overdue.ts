/**
 * SQL: how long something may stand after its time. A job ends it, which looks every few seconds, and
 * an order has some more for a payment under way (`payGraceMs` of ticketing). While people buy there is
 * always something in this time, and no contradiction.
 */
export const overdueAfter = "interval '60 seconds'";
