import { ConnectionArgs } from '@plaza/kit/pagination/connection.type';
import { ArgsType, Field, InputType } from 'type-graphql';
import { z } from 'zod';
import { nameSchema, newPasswordSchema } from '../session/session.input.ts';
import { Locale } from './locale.ts';
import { Role } from './role.ts';

const searchLengthMax = 100;

@ArgsType()
export class UsersArgs extends ConnectionArgs {
  @Field(() => Role, { nullable: true, description: 'Only users who hold this role.' })
  role?: Role | null;

  @Field(() => String, {
    nullable: true,
    description: 'Only users with this text in their name or e-mail address, in any case.',
  })
  search?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Only suspended users, or only those who are not.',
  })
  isSuspended?: boolean | null;
}

export const usersSchema = z.object({
  search: z
    .string()
    .max(searchLengthMax, `must not be longer than ${searchLengthMax} characters`)
    .regex(/^\P{Cc}*$/u, 'must not have control characters')
    .nullish(),
});

@InputType({ description: 'What to change of one’s profile; what is left out stays.' })
export class UpdateProfileInput {
  @Field(() => String, { nullable: true, description: 'Name to show, 1 to 100 characters.' })
  name?: string | null;

  @Field(() => Locale, { nullable: true, description: 'Language of messages.' })
  locale?: Locale | null;

  @Field(() => String, {
    nullable: true,
    description: 'Telephone in E.164, such as +526641234567; null takes it away.',
  })
  phone?: string | null;
}

const phoneSchema = z
  .string()
  .transform((text) => text.replaceAll(/[\s().-]/g, ''))
  .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be in E.164, such as +526641234567'));

export const updateProfileSchema = z.object({
  name: nameSchema.nullish(),
  locale: z.enum(Locale).nullish(),
  phone: phoneSchema.nullish(),
});

@InputType({ description: 'The password so far and the next one.' })
export class ChangePasswordInput {
  @Field(() => String, { description: 'The password so far.' })
  oldPassword!: string;

  @Field(() => String, { description: 'Next password, 8 to 128 characters, at least one digit.' })
  newPassword!: string;
}

export const changePasswordSchema = z.object({
  oldPassword: z.string(),
  newPassword: newPasswordSchema,
});
