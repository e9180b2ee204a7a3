// RFC 9457 problems, as the real server answers them.
export class Problem extends Error {
  constructor(status, code, title, detail, remedy) {
    super(detail)
    Object.assign(this, { status, code, title, detail, remedy })
  }
}

export function problem(status, code, title, detail, remedy) {
  return new Problem(status, code, title, detail, remedy)
}
