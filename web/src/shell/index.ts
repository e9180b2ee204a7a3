// What pages take from the shell.
export { EmptyState, ErrorState, PageSkeleton, Tag } from './states'
export { SyntheticNote } from './synthetic'
export { PageHeader, Section } from './page'
export { Pager } from './pager'
export { useMay, useShop, useSigned } from './session'
export { useTimeRange, useUrlState } from './url'
export type { Search } from './url'
export { SharpenLinks } from './sharpen'
