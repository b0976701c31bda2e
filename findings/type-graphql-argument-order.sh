#!/usr/bin/env bash
# type-graphql 2.0.0-rc.4 with graphql 16.15.0 and class-validator 0.15.1, compiled by typescript 6.0.3, on Node 22 or newer.
#
# Expected: the arguments of a field stand in the schema in the order in which the method has its parameters, and all broken rules of all arguments are reported.
# Seen: `@Arg` parameters stand in the schema in reverse, because TypeScript applies decorators of parameters from the last to the first and nothing sorts them; the fields
# of an `@ArgsType` stand in their own order, in the reversed place of their parameter. The values reach the right parameters, and decorators of one's own
# run in the order of the parameters. Of three arguments that each break a rule one is reported, and nothing in the report names the argument.
# What follows: what reads well in the schema is written in reverse, or in one `@ArgsType`; whoever wants to report every broken rule validates all arguments together.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm pkg set type=module
npm install --silent --no-audit --no-fund type-graphql@2.0.0-rc.4 graphql@16.15.0 graphql-scalars@1.26.0 class-validator@0.15.1 reflect-metadata@0.2.2 typescript@6.0.3
cat >look.ts <<'TS'
import 'reflect-metadata';
import { Min } from 'class-validator';
import { graphql, printSchema } from 'graphql';
import { Arg, Args, ArgsType, buildSchema, createParameterDecorator, Field, InputType, Int, Query, Resolver } from 'type-graphql';

const ran: string[] = [];
const Note = (name: string) => createParameterDecorator(() => ran.push(name));

@InputType()
class Amount {
  @Min(1)
  @Field(() => Int)
  value!: number;
}

@ArgsType()
class Page {
  @Field(() => Int, { nullable: true })
  from?: number;

  @Field(() => Int, { nullable: true })
  size?: number;
}

@Resolver()
class Look {
  @Query(() => String)
  join(@Arg('first') first: Amount, @Arg('second') second: Amount, @Arg('third') third: Amount): string {
    return [first, second, third].map(({ value }) => value).join();
  }

  @Query(() => String)
  list(@Arg('before') before: string, @Args() _page: Page, @Arg('after') after: string): string {
    return before + after;
  }

  @Query(() => String)
  noted(@Note('first') first: number, @Note('second') second: number): string {
    return `${first}${second}`;
  }
}

const schema = await buildSchema({ resolvers: [Look], validate: true });
console.log(/type Query \{([^}]*)\}/.exec(printSchema(schema))?.[1]?.trim());
const ask = (sign: string) =>
  graphql({ schema, source: `{ join(first: { value: ${sign}1 }, second: { value: ${sign}2 }, third: { value: ${sign}3 }) noted }` });
console.log(JSON.stringify((await ask('')).data), ran.join());
const { errors = [] } = await ask('-');
for (const { message, extensions } of errors) {
  const problems = extensions.validationErrors as { value: number; property: string }[];
  console.log(message, problems.map(({ property, value }) => `${property} ${value}`).join());
}
TS
cat >tsconfig.json <<'JSON'
{ "compilerOptions": { "target": "es2022", "module": "nodenext", "strict": true, "skipLibCheck": true, "types": [], "lib": ["esnext", "dom"],
  "experimentalDecorators": true, "emitDecoratorMetadata": true }, "files": ["look.ts"] }
JSON
node_modules/.bin/tsc -p .
seen=$(node look.js)
printf '%s\n' "$seen"
[ "$seen" = 'join(third: Amount!, second: Amount!, first: Amount!): String!
  list(after: String!, from: Int, size: Int, before: String!): String!
  noted: String!
{"join":"1,2,3","noted":"12"} first,second
Argument Validation Error value -1' ]
