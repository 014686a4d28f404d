/** What somebody is told whose log-in has to wait behind too many others. */
export const tooManyLogIns = 'Too many people log in right now: try again in a moment';
