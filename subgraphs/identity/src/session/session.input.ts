import { Field, InputType } from 'type-graphql';
import { z } from 'zod';

const nameLengthMax = 100;
export const emailLengthMax = 254;
const passwordLengthMin = 8;
export const passwordLengthMax = 128;

@InputType({ description: 'A new account.' })
export class RegisterInput {
  @Field(() => String, { description: 'E-mail address; upper and lower case are the same.' })
  email!: string;

  @Field(() => String, { description: 'Name to show, 1 to 100 characters.' })
  name!: string;

  @Field(() => String, { description: 'Password, 8 to 128 characters, at least one digit.' })
  password!: string;
}

@InputType({ description: 'Proof of who somebody is.' })
export class LogInInput {
  @Field(() => String, { description: 'E-mail address; upper and lower case are the same.' })
  email!: string;

  @Field(() => String, { description: 'Password.' })
  password!: string;
}

/** An e-mail address in the form that accounts are kept by. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(emailLengthMax, `must not be longer than ${emailLengthMax} characters`)
  .pipe(z.email('must be an e-mail address'));

/** A name to show. */
export const nameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(nameLengthMax, `must not be longer than ${nameLengthMax} characters`)
  .regex(/^\P{Cc}*$/u, 'must not have control characters');

/** A password as somebody may choose it. */
export const newPasswordSchema = z
  .string()
  .min(passwordLengthMin, `must have at least ${passwordLengthMin} characters`)
  .max(passwordLengthMax, `must not be longer than ${passwordLengthMax} characters`)
  .regex(/\d/, 'must have at least one digit');

export const registerSchema = z.object({
  email: emailSchema,
  name: nameSchema,
  password: newPasswordSchema,
});
