// The products area of the mock.
export default function products(_api) {}
