import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Template } from './template.js';

const specification = loadAwsServiceSpecSync();
const resourceOf = (type: string) =>
  specification.lookup('resource', 'cloudFormationType', 'equals', type).at(0) ?? undefined;
type Resource = NonNullable<ReturnType<typeof resourceOf>>;
type Property = Resource['properties'][string];
type PropertyType = Property['type'];

const sections = ['AWSTemplateFormatVersion', 'Description', 'Parameters', 'Conditions', 'Resources', 'Outputs'];
const ofResource = ['Type', 'Condition', 'Properties'];

/** What keeps CloudFormation from taking the template: names that lead nowhere, and what its own list of resource types does not know. */
export function problemsOf(template: Template): string[] {
  return [
    ...unknownNames('the template', template, sections),
    ...danglingNames(template, template, 'the template'),
    ...Object.entries(template.Resources).flatMap(([name, resource]) => {
      const specified = resourceOf(resource.Type);
      if (!specified) return [`${name}: there is no resource type ${resource.Type}`];
      const properties = resource.Properties ?? {};
      return [...unknownNames(name, resource, ofResource), ...propertyProblems(name, properties, specified.properties)];
    }),
  ];
}

function unknownNames(at: string, value: object, known: readonly string[]): string[] {
  return Object.keys(value).flatMap((name) => (known.includes(name) ? [] : [`${at}: ${name} is not known`]));
}

function propertyProblems(at: string, value: object, known: Readonly<Record<string, Property>>): string[] {
  const missing = Object.entries(known).filter(([name, { required }]) => required && !Object.hasOwn(value, name));
  return [
    ...unknownNames(at, value, Object.keys(known)),
    ...missing.map(([name]) => `${at}: ${name} is required`),
    ...Object.entries(value).flatMap(([name, member]) => {
      const type = known[name]?.type;
      return type ? valueProblems(`${at}.${name}`, member, type) : [];
    }),
  ];
}

function valueProblems(at: string, value: unknown, type: PropertyType): string[] {
  const branches = isObject(value) && Array.isArray(value['Fn::If']) ? value['Fn::If'].slice(1) : undefined;
  if (branches) return branches.flatMap((branch) => valueProblems(at, branch, type));
  if (isFunction(value)) return [];
  const refused = [`${at}: is no ${type.type}`];
  switch (type.type) {
    case 'union': {
      const problems = type.types.map((one) => valueProblems(at, value, one));
      return problems.some((some) => some.length === 0) ? [] : (problems[0] ?? refused);
    }
    case 'array':
      if (!Array.isArray(value)) return refused;
      return value.flatMap((one, index) => valueProblems(`${at}.${index}`, one, type.element));
    case 'map':
      if (!isObject(value)) return refused;
      return Object.entries(value).flatMap(([name, one]) => valueProblems(`${at}.${name}`, one, type.element));
    case 'ref':
      if (!isObject(value)) return refused;
      return propertyProblems(at, value, specification.get('typeDefinition', type.reference).properties);
    case 'json':
    case 'tag':
      return isObject(value) ? [] : refused;
    case 'integer':
      return Number.isInteger(value) ? [] : refused;
    case 'number':
    case 'boolean':
      return typeof value === type.type ? [] : refused;
    case 'string':
    case 'date-time':
      if (typeof value !== 'string') return refused;
      if (!('allowedValues' in type) || !type.allowedValues || type.allowedValues.includes(value)) return [];
      return [`${at}: is none of ${type.allowedValues.join(', ')}`];
    case 'null':
      return refused;
  }
}

/** Looks at every Ref, GetAtt and condition, wherever it stands. */
function danglingNames(value: unknown, template: Template, at: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => danglingNames(one, template, `${at}.${index}`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...(isThere(name, member, template) ? [] : [`${at}: ${name} leads nowhere: ${JSON.stringify(member)}`]),
    ...danglingNames(member, template, `${at}.${name}`),
  ]);
}

function isThere(name: string, member: unknown, template: Template): boolean {
  const has = (section: string, key: unknown) => Object.hasOwn(template[section] ?? {}, String(key));
  if (name === 'Ref') return has('Parameters', member) || has('Resources', member) || member === 'AWS::NoValue';
  if (name === 'Condition' && typeof member === 'string') return has('Conditions', member);
  if (name === 'Fn::If') return Array.isArray(member) && member.length === 3 && has('Conditions', member[0]);
  if (name !== 'Fn::GetAtt') return true;
  const [resource = '', attribute = ''] = member as string[];
  const type = template.Resources[resource]?.Type;
  return type !== undefined && Object.hasOwn(resourceOf(type)?.attributes ?? {}, attribute);
}

function isFunction(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [name = '', ...others] = Object.keys(value);
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
