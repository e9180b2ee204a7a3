// How misses are written: of 100 units sold.
import { number, percent } from '../../format'
import { strings } from '../../strings'

const words = strings.demand

/** "23" from 0.23: units missed of 100 sold. */
export function ofHundred(share: number | undefined): string {
  return share === undefined ? '–' : number(share * 100)
}

/** "+12%" or "−3%", "0%" where it rounds to nothing. */
export function signed(share: number | undefined): string {
  if (share === undefined) return '–'
  const text = percent(Math.abs(share), 0)
  if (Math.round(share * 100) === 0) return text
  return share > 0 ? `+${text}` : `−${text}`
}

/** What a bias means, in words. */
export function biasText(share: number | undefined): string {
  if (share === undefined || Math.round(share * 100) === 0) return words.accuracy.even
  return share > 0 ? words.accuracy.tooMany(percent(share, 0)) : words.accuracy.tooFew(percent(-share, 0))
}
