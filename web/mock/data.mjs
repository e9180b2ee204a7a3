// The data area of the mock.
export default function data(_api) {}
