/**
 * Names the program that makes plans: the version of Apollo's planner, and a number for all that
 * stands around it. Gateways share the plans that have this in common. Raise the number with every
 * change that makes other plans; planner-version.test.ts sees when that was forgotten.
 */
export const plannerVersion = '2.14.4-1';
