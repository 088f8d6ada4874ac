/** The environment variable by which the training does without the writer's thread. */
export const withoutWriter = "REPRISE_TORTURE_WITHOUT_WRITER";
