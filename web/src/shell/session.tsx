// Who is signed in and which shop is on the screen. Everything under the shell can rely on both.
import { createContext, useContext } from 'react'
import type { Role, Session, Shop } from '../api'

export interface Signed {
  session: Session
  shop: Shop
}

export const SignedContext = createContext<Signed | null>(null)

export function useSigned(): Signed {
  const signed = useContext(SignedContext)
  if (!signed) throw new Error('useSigned needs the shell around it')
  return signed
}

/** The shop on the screen: its currency, exponent and time zone go into every formatted number. */
export function useShop(): Shop {
  return useSigned().shop
}

const order: Role[] = ['viewer', 'operator', 'approver', 'admin']

/** Whether the signed-in person may do what needs this role. The server decides; this only hides what it would refuse. */
export function useMay(role: Role): boolean {
  return order.indexOf(useSigned().session.user.role) >= order.indexOf(role)
}
