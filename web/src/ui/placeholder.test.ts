import { expect, test } from 'vitest'

test('toolchain', () => expect(1).toBe(1))
