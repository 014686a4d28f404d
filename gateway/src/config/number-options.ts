import { z } from 'zod';

/** A duration. */
export const milliseconds = (options: { min: number; max: number }) =>
  z.int().min(options.min).max(options.max);
/** A limit: at least 1. */
export const count = (max: number) => z.int().min(1).max(max);
