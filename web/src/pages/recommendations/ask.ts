// Asks for previews. A preview is a POST that changes nothing, so it is read like any answer.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { UseQueryResult } from '@tanstack/react-query'
import { call, currentShopId } from '../../api'
import type { ApiError, AskPreview, ListPreview } from '../../api'

export function usePreview(ask: AskPreview, enabled = true): UseQueryResult<ListPreview, ApiError> {
  return useQuery<ListPreview, ApiError>({
    queryKey: ['recommendations', currentShopId(), '/preview', ask],
    queryFn: ({ signal }) => call<ListPreview>('/recommendations/preview', { method: 'POST', body: ask, signal }),
    placeholderData: keepPreviousData,
    enabled,
    retry: false,
  })
}
