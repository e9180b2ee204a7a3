// Reads the two parts of an import's mapping file that a person may want to change: the columns by field, and the header.
// The file is YAML as the server writes it: two levels, one value a line.

export interface KnownMapping {
  columns: Record<string, string>
  header: string[]
}

/** Answers undefined where the text is not such a file, so that nothing is offered that could not work. */
export function readMapping(yaml: string): KnownMapping | undefined {
  const known: KnownMapping = { columns: {}, header: [] }
  let part = ''
  for (const line of yaml.split('\n')) {
    if (/^\S/.test(line)) part = line.slice(0, line.indexOf(':'))
    else if (part === 'header') {
      const item = /^\s+- (.*)$/.exec(line)
      if (item?.[1] !== undefined) known.header.push(unquote(item[1]))
    } else if (part === 'columns') {
      const pair = /^\s+([\w.]+): (.*)$/.exec(line)
      if (pair?.[1] !== undefined && pair[2] !== undefined) known.columns[pair[1]] = unquote(pair[2])
    }
  }
  return known.header.length > 0 ? known : undefined
}

function unquote(text: string): string {
  const value = text.trim()
  if (value.startsWith("'") && value.endsWith("'")) return value.slice(1, -1).replaceAll("''", "'")
  if (!value.startsWith('"')) return value
  try {
    return JSON.parse(value) as string
  } catch {
    return value
  }
}
