export default function Page() {
  return <h1>decisions</h1>
}
