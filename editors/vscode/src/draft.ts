// What is asked of the user and of the program, apart from VS Code, so that it can be tested without it.

/** The reasons of a letter, each with what it stands for. */
export const REASONS: ReadonlyArray<{ readonly label: string; readonly description: string }> = [
  { label: "abusive", description: "the customer abused people" },
  { label: "non-payment", description: "bills stay unpaid" },
  { label: "scope", description: "the customer wants more than the budget pays for" },
  { label: "unprofitable", description: "the work does not pay" },
  { label: "unresponsive", description: "the customer stalls and does not answer" },
  { label: "unethical", description: "the customer asks for what is not right" },
  { label: "mismatch", description: "mission, values or expectations do not fit" },
  { label: "capacity", description: "too little time, or another direction" },
];

/** What the server tells of a letter's elements. */
export interface Checklist {
  readonly reason: string | null;
  readonly letter: "termination" | "other";
  readonly elements: ReadonlyArray<{ readonly element: string; readonly title: string; readonly there: boolean }>;
}

/** The elements as a list to pick from, those that are missing first. */
export function rows(checklist: Checklist): Array<{ label: string; description: string }> {
  const row = (item: Checklist["elements"][number]) => ({
    label: `${item.there ? "$(check)" : "$(circle-slash)"} ${item.title}`,
    description: item.element,
  });
  const missing = checklist.elements.filter((item) => !item.there);
  return [...missing, ...checklist.elements.filter((item) => item.there)].map(row);
}

/** The program to start: a path from the settings, `~` being the home folder. */
export function program(path: string | undefined, home: string): string {
  const told = path?.trim();
  if (!told) {
    return "partwell";
  }
  return told === "~" || told.startsWith("~/") ? home + told.slice(1) : told;
}

/** The arguments that write a draft to standard output. */
export function draftArguments(reason: string, language: string | undefined): string[] {
  return ["draft", "--reason", reason, ...(language ? ["--lang", language] : [])];
}
