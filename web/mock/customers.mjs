// The customers area of the mock.
export default function customers(_api) {}
