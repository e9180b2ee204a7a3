// A file dropped on one page and read on another: Home takes it, the import page opens it. Addresses cannot carry files.

let waiting: File | undefined

export function giveFile(file: File): void {
  waiting = file
}

/** The file that waits, once. */
export function takeFile(): File | undefined {
  const file = waiting
  waiting = undefined
  return file
}
