// What the browser remembers, in first-party storage only; no cookies. Where storage is refused (private windows, full
// disks), the page itself remembers until it is closed.

const memory = new Map<string, string>()
const prefix = 'almanac.'

export function get<T>(name: string): T | undefined {
  let text: string | null | undefined
  try {
    text = localStorage.getItem(prefix + name)
  } catch {
    text = null
  }
  text ??= memory.get(name)
  try {
    return text ? (JSON.parse(text) as T) : undefined
  } catch {
    return undefined // somebody else wrote there
  }
}

export function set(name: string, value: unknown): void {
  const text = JSON.stringify(value)
  try {
    localStorage.setItem(prefix + name, text)
    memory.delete(name)
  } catch {
    memory.set(name, text)
  }
}

export function forget(...names: string[]): void {
  for (const name of names) {
    memory.delete(name)
    try {
      localStorage.removeItem(prefix + name)
    } catch {
      // nothing is kept there then
    }
  }
}
