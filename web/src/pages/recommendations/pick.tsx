// Picks products by code, with names as one types.
import { TagsInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useGet } from '../../api'
import type { ProductList } from '../../api'
import css from './recommendations.module.css'

export function PickProducts(props: { label: string; description?: ReactNode; value: string[]; onChange: (skus: string[]) => void; most?: number; error?: ReactNode }) {
  const [text, setText] = useState('')
  const [q] = useDebouncedValue(text.trim(), 200)
  const found = useGet<ProductList>('products', '/products', { q, limit: 8 }, { enabled: q !== '' })
  const titles = new Map((q === '' ? [] : found.data?.items ?? []).map((p) => [p.sku, p.title]))
  return (
    <TagsInput
      label={props.label} description={props.description} error={props.error} inputWrapperOrder={['label', 'input', 'description', 'error']} value={props.value} maxTags={props.most}
      onChange={props.onChange} searchValue={text} onSearchChange={setText} acceptValueOnBlur splitChars={[',', ';', '\n']} filter={({ options }) => options}
      data={[...titles.keys()]}
      renderOption={({ option }) => <span className={css.option}>{titles.get(option.value)}<span className="quiet small">{option.value}</span></span>}
    />
  )
}
