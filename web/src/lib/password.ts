// What the form says before the server does; the server decides.

export const SHORTEST_PASSWORD = 10

export type PasswordProblem = 'short' | 'differs' | null

/** Give what is wrong with a password typed twice, or null. */
export function passwordProblem(password: string, repeated: string): PasswordProblem {
  if ([...password].length < SHORTEST_PASSWORD) return 'short'
  return password === repeated ? null : 'differs'
}
