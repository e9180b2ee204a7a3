// The home area of the mock.
export default function home(_api) {}
