/** The options of an argument `instanceId` that says in which instance to look. */
export const instanceIdArg = { nullable: true, description: 'The Connect instance; the default one when left out.' };
